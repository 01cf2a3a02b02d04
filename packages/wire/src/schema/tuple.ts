/**
 * Reads the raw schema tuples that `@aws-sdk/client-*` export, and is the only module that touches their untyped form.
 * Forms: `@smithy/types`, `schema/static-schemas.d.ts` and `schema/traits.d.ts`.
 */
import type { JsonCodec2 } from '@aws-sdk/core/protocols'

/** What the SDK's codecs accept as a schema; opaque to everybody but the codecs and this folder. */
export type SchemaRef = Parameters<ReturnType<JsonCodec2['createSerializer']>['write']>[0]

/** Traits by name, e.g. `{ httpQuery: 'prefix' }`; flag traits are `1`. */
export type Traits = Readonly<Record<string, unknown>>

/** One tuple taken apart; `kind` is the tuple's own number (see `docs` in wire's facts: 3 structure, 1 list …). */
export interface RawShape {
  readonly kind: number
  readonly name: string
  readonly namespace: string
  readonly traits: Traits
  readonly rest: readonly unknown[]
}

/** The bits of a numeric trait set, in the order of their weight (`@smithy/types` TraitBitVector). */
const TRAIT_BITS = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
]

const NO_TRAITS: Traits = Object.freeze({})

export function readTraits(raw: unknown): Traits {
  if (typeof raw === 'object' && raw !== null) return raw as Traits
  if (typeof raw !== 'number' || raw === 0) return NO_TRAITS
  return Object.fromEntries(TRAIT_BITS.filter((_, bit) => ((raw >> bit) & 1) === 1).map((name) => [name, 1]))
}

/** Follows lazy references: a schema may be given as a function that returns it. */
export function dereference(ref: unknown): unknown {
  let current = ref
  for (let hops = 0; typeof current === 'function' && hops < 8; hops++) current = current()
  return current
}

/** A reference may carry member traits: `[ref, traits]`. Outer traits win over inner ones. */
export function splitMember(ref: unknown): { target: unknown; traits: Traits } {
  let target = dereference(ref)
  let traits: Traits = NO_TRAITS
  while (Array.isArray(target) && target.length === 2) {
    traits = { ...readTraits(target[1]), ...traits }
    target = dereference(target[0])
  }
  return { target, traits }
}

/** A structure of our own making around the SDK's shapes, for envelopes; members are written in this order. */
export function structureSchema(
  name: string,
  members: readonly (readonly [name: string, ref: SchemaRef])[],
): SchemaRef {
  return [3, 'scopedown', name, 0, members.map(([member]) => member), members.map(([, ref]) => ref)] as SchemaRef
}

export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length >= 5 && typeof value[0] === 'number' && typeof value[2] === 'string'
}

export function readTuple(tuple: readonly unknown[]): RawShape {
  const [kind, namespace, name, traits, ...rest] = tuple
  return { kind: Number(kind), namespace: String(namespace), name: String(name), traits: readTraits(traits), rest }
}
