/** The wire protocols that services speak. */

import type { Protocol } from '@scopedown/wire'

export type ProtocolName = Protocol | 'restJson'

/** Whose words an internal failure is answered in. */
export function faultProtocol(protocol: ProtocolName | undefined): Protocol {
  return protocol === undefined || protocol === 'restJson' ? 'awsJson' : protocol
}
