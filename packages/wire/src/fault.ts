/**
 * A modelled AWS fault: thrown by its name wherever it is found, rendered in one place per protocol. Anything else that is
 * thrown is a bug of ours and reaches the caller as InternalFailure, without its message or stack.
 * Names and texts: the services' "Common errors" pages.
 */

export type Protocol = 'awsJson' | 'awsQuery' | 'restXml'

export interface FaultOptions {
  /** Overrides the status of the model; without either it is 400. */
  readonly status?: number
  /** Modelled members, or the extra elements of an S3 error document, in the order they are sent. */
  readonly members?: Readonly<Record<string, unknown>>
  /** Response headers that belong to the fault, e.g. `Allow` or `x-amz-delete-marker`. */
  readonly headers?: Readonly<Record<string, string>>
}

export class ServiceFault extends Error {
  /** A shape name of the model (`EntityNotFoundException`) or a common code (`AccessDenied`). */
  readonly code: string
  readonly status: number | undefined
  readonly members: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>

  constructor(code: string, message: string, options: FaultOptions = {}) {
    super(message)
    this.name = code
    this.code = code
    this.status = options.status
    this.members = options.members ?? {}
    this.headers = options.headers ?? {}
  }
}

const INTERNAL: Readonly<Record<Protocol, readonly [code: string, message: string]>> = {
  awsJson: ['InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'],
  awsQuery: ['InternalFailure', 'The request processing has failed because of an unknown error, exception or failure.'],
  restXml: ['InternalError', 'We encountered an internal error. Please try again.'],
}

/** The fault to answer with for anything thrown: itself when modelled, otherwise InternalFailure that tells nothing. */
export function asFault(thrown: unknown, protocol: Protocol): ServiceFault {
  if (thrown instanceof ServiceFault) return thrown
  const [code, message] = INTERNAL[protocol]
  return new ServiceFault(code, message, { status: 500 })
}

const DENIED: Readonly<Record<Protocol, readonly [code: string, status: number]>> = {
  awsJson: ['AccessDeniedException', 400],
  awsQuery: ['AccessDenied', 403],
  restXml: ['AccessDenied', 403],
}

/** A refusal by policy, with the sentence that explains it. */
export function deniedFault(protocol: Protocol, message: string): ServiceFault {
  const [code, status] = DENIED[protocol]
  return new ServiceFault(code, message, { status })
}

const UNIMPLEMENTED: Readonly<Record<Protocol, readonly [code: string, message: string, status: number]>> = {
  awsJson: ['UnknownOperationException', 'The requested operation is not recognized by the service.', 400],
  awsQuery: [
    'InvalidAction',
    'The action or operation requested is invalid. Verify that the action is typed correctly.',
    400,
  ],
  restXml: ['NotImplemented', 'A header you provided implies functionality that is not implemented', 501],
}

/** An operation of the model that this server does not have. */
export function unimplementedFault(protocol: Protocol): ServiceFault {
  const [code, message, status] = UNIMPLEMENTED[protocol]
  return new ServiceFault(code, message, { status })
}
