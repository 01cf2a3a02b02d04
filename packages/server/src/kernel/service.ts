/** A service: its model, how its calls are recognized, its operations, and what it knows of its resources. */

import type { Arn, ContextValue } from '@scopedown/engine'
import type { RestRequest, ServiceFault, ServiceModel } from '@scopedown/wire'
import type { Call } from './call.ts'
import type { SourcedPolicy } from './caller.ts'
import type { Operation } from './operation.ts'
import type { ProtocolName } from './protocol-name.ts'
import type { Refusal } from './refusal.ts'
import type { Tags } from './tags.ts'

/** What a resource carries that decides about it. */
export interface ResourceFacts {
  readonly tags?: Tags | undefined
  /** Its resource-based policy, where it counts for this action. */
  readonly policy?: SourcedPolicy | undefined
  /** Its owner, where the ARN does not say. */
  readonly account?: string | undefined
  /** Condition keys of the service about this resource: `iam:ResourceTag/…`, `s3:ExistingObjectTag/…`. */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined
}

export interface RestAddressing {
  /** The labels found in host and path, and the path that is left. Throws where they name nothing. */
  address(host: string, path: string): { readonly labels: Readonly<Record<string, string>>; readonly path: string }
  /** Undefined: the model's. */
  status(output: unknown): number | undefined
  /** The name of an operation that the model lacks, where the request is one: it is answered `NotImplemented`. */
  unmodelled?(request: RestRequest): string | undefined
}

export interface ServiceDefinition<Deps> {
  /** `iam`: as in ARNs and actions. */
  readonly name: string
  readonly protocol: ProtocolName
  readonly model: ServiceModel
  /** The service part of the credential scope, where it is not `name`. */
  readonly signingName?: string
  /** awsJson: the service part of `X-Amz-Target`. awsQuery: the API version. restJson: what paths begin with. restXml: unused. */
  readonly routeKey: string
  /** Global services sign for us-east-1 (IAM); `both` have a global endpoint beside the regional one (STS). */
  readonly scope: 'global' | 'regional' | 'both'
  /** XML namespace of query answers. */
  readonly xmlNamespace?: string
  /** Largest body that is read whole before a call is answered. Default 1 MiB. */
  readonly maxBodyBytes?: number
  readonly operations: readonly Operation<Deps>[]
  /** Tags and policy of a resource of this service, for an action on it. Undefined: it does not exist. */
  describe?(arn: Arn, action: string, deps: Deps): ResourceFacts | undefined | Promise<ResourceFacts | undefined>
  /** Whether these credentials may be used here at all, whatever policies say; throws the fault if not. */
  admit?(call: Call<unknown, unknown>, operation: string): void
  /** The sentence of a refusal, before anything is appended to it, where the service has its own. */
  deniedSentence?(refusal: Refusal): string
  /** restXml: how a request names what stands outside the path templates, and statuses that the model does not know. */
  readonly rest?: RestAddressing
  /** The service's own wording of a refusal. */
  refused?(refusal: Refusal, call: Call<unknown, unknown>): ServiceFault | undefined
}

/** A service with what it works on; the pipeline knows only these. */
export interface BoundOperation {
  readonly service: BoundService
  readonly operation: Operation<unknown>
  readonly deps: unknown
}

export interface BoundService {
  readonly definition: ServiceDefinition<unknown>
  readonly operations: ReadonlyMap<string, BoundOperation>
  readonly deps: unknown
}

export function bind<Deps>(definition: ServiceDefinition<Deps>, deps: Deps): BoundService {
  const operations = new Map<string, BoundOperation>()
  // `Deps` is put away with the value it belongs to: nothing else is ever passed to these functions.
  const service: BoundService = { definition: definition as unknown as ServiceDefinition<unknown>, operations, deps }
  for (const operation of definition.operations) {
    if (operations.has(operation.name)) throw new Error(`${definition.name}:${operation.name} is declared twice`)
    operations.set(operation.name, { service, operation: operation as unknown as Operation<unknown>, deps })
  }
  return service
}

/** Every service of this server, by each way that a call can name it. */
export class Registry {
  readonly services: readonly BoundService[]
  readonly #byName: ReadonlyMap<string, BoundService>

  constructor(services: readonly BoundService[]) {
    this.services = services
    this.#byName = new Map(services.map((service) => [service.definition.name, service]))
  }

  byName(name: string): BoundService | undefined {
    return this.#byName.get(name)
  }

  byRoute(protocol: ProtocolName, routeKey: string): BoundService | undefined {
    return this.services.find(({ definition }) => definition.protocol === protocol && definition.routeKey === routeKey)
  }

  operation(service: string, operation: string): BoundOperation | undefined {
    return this.#byName.get(service)?.operations.get(operation)
  }
}
