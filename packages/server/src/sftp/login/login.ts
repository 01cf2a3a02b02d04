/** What a successful authentication yields, and how authentication fails: told to the log, never to the client. */

import type { UserSettings } from '../../services/transfer/user-settings.ts'
import type { FileDecision } from '../files/decisions.ts'

export interface Login {
  readonly userName: string
  readonly settings: UserSettings
  /** Further session policies that limit as well (two factors may bring one each); blank ones left out. */
  readonly alsoWithin: readonly string[]
}

export interface SftpServerFacts {
  readonly id: string
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly domain: 'S3' | 'EFS'
}

/** The reason stands in the log alone. */
export class LoginRefused extends Error {
  /** Of the policy that refused, where one did. */
  readonly decision: FileDecision | undefined

  constructor(message: string, decision?: FileDecision) {
    super(message)
    this.decision = decision
  }
}

/** `\w[\w@.-]{2,99}`: names of one or two characters never authenticate. API reference, `UserName`. */
export const isUserName = (name: string): boolean => /^\w[\w@.-]{2,99}$/.test(name) && name.toLowerCase() !== 'root'

/** Ways to check a credential, whichever holds the users. */
export interface Authority {
  /** Methods to offer: the same for every name. */
  readonly methods: readonly ('publickey' | 'password')[]
  /** Both are needed, the key first. */
  readonly both: boolean
  /** The user's login and keys (`ssh-ed25519 AAAA…`); throws `LoginRefused`. */
  byKey(userName: string, sourceIp: string): Promise<{ readonly login: Login; readonly identities: readonly string[] }>
  byPassword(userName: string, password: string, sourceIp: string): Promise<Login>
}
