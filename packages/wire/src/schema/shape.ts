/**
 * The service model's shapes as discriminated, cached values: what the readers, the validator and the bindings walk.
 * Source: Smithy 2.0 "Simple types" and "Aggregate types", through the SDK's tuples.
 */
import { dereference, isTuple, readTuple, type SchemaRef, splitMember, type Traits } from './tuple.ts'

export type TimestampFormat = 'dateTime' | 'httpDate' | 'epochSeconds'

export interface StructureShape {
  readonly kind: 'structure'
  readonly name: string
  readonly traits: Traits
  /** A union has exactly one member set. */
  readonly union: boolean
  readonly members: ReadonlyMap<string, Member>
  readonly required: ReadonlySet<string>
  readonly schema: SchemaRef
}

export interface ListShape {
  readonly kind: 'list'
  readonly traits: Traits
  readonly member: Member
}

export interface MapShape {
  readonly kind: 'map'
  readonly traits: Traits
  readonly key: Member
  readonly value: Member
}

export interface ScalarShape {
  readonly kind: 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'stream' | 'document' | 'unit'
  readonly traits: Traits
  /** Only of timestamps that fix their format by a trait. */
  readonly timestampFormat?: TimestampFormat
}

export type Shape = StructureShape | ListShape | MapShape | ScalarShape

/** A named place that holds a shape. `target` resolves lazily, for shapes may refer to themselves. */
export class Member {
  readonly name: string
  /** The traits of the member over those of its target. */
  readonly traits: Traits
  /** For handing to an SDK codec. */
  readonly schema: SchemaRef
  readonly #target: unknown
  #shape: Shape | undefined

  constructor(name: string, ref: unknown) {
    const { target, traits } = splitMember(ref)
    this.name = name
    this.#target = target
    this.schema = ref as SchemaRef
    this.traits = isTuple(target) ? { ...readTuple(target).traits, ...traits } : traits
  }

  get shape(): Shape {
    this.#shape ??= shapeOf(this.#target)
    return this.#shape
  }
}

const SCALARS: Readonly<Record<number, ScalarShape>> = {
  0: { kind: 'string', traits: {} },
  1: { kind: 'number', traits: {} },
  2: { kind: 'boolean', traits: {} },
  4: { kind: 'timestamp', traits: {} },
  5: { kind: 'timestamp', traits: {}, timestampFormat: 'dateTime' },
  6: { kind: 'timestamp', traits: {}, timestampFormat: 'httpDate' },
  7: { kind: 'timestamp', traits: {}, timestampFormat: 'epochSeconds' },
  15: { kind: 'document', traits: {} },
  17: { kind: 'number', traits: {} },
  19: { kind: 'number', traits: {} },
  21: { kind: 'blob', traits: {} },
  42: { kind: 'stream', traits: {} },
}

const UNIT: ScalarShape = { kind: 'unit', traits: {} }
const LIST_OF = 64
const MAP_OF = 128

const cache = new WeakMap<object, Shape>()

/** The shape behind a schema reference; throws on a form that this module does not know (a newer SDK). */
export function shapeOf(ref: unknown): Shape {
  const { target } = splitMember(dereference(ref))
  if (target === 'unit' || target === undefined) return UNIT
  if (typeof target === 'number') return numericShape(target)
  if (!isTuple(target)) throw new Error('unknown schema form')
  const known = cache.get(target)
  if (known) return known
  const shape = tupleShape(target)
  cache.set(target, shape)
  return shape
}

function numericShape(code: number): Shape {
  const scalar = SCALARS[code]
  if (scalar) return scalar
  // 64 + x is a list of x, 128 + x a map of x.
  const inner = code % LIST_OF
  if (code >= LIST_OF && code < MAP_OF) return { kind: 'list', traits: {}, member: new Member('member', inner) }
  if (code >= MAP_OF && code < MAP_OF + LIST_OF) {
    return { kind: 'map', traits: {}, key: new Member('key', 0), value: new Member('value', inner) }
  }
  throw new Error(`unknown schema number ${code}`)
}

function tupleShape(tuple: readonly unknown[]): Shape {
  const { kind, name, traits, rest } = readTuple(tuple)
  switch (kind) {
    case 0:
      return { ...shapeOf(rest[0]), traits } as Shape
    case 1:
      return { kind: 'list', traits, member: new Member('member', rest[0]) }
    case 2:
      return { kind: 'map', traits, key: new Member('key', rest[0]), value: new Member('value', rest[1]) }
    case 3:
    case 4:
    case -3: {
      const names = rest[0] as readonly string[]
      const refs = rest[1] as readonly unknown[]
      const required = Number(rest[2] ?? 0)
      return {
        kind: 'structure',
        name,
        traits,
        union: kind === 4,
        members: new Map(names.map((member, i) => [member, new Member(member, refs[i])])),
        required: new Set(names.slice(0, required)),
        schema: tuple as unknown as SchemaRef,
      }
    }
    default:
      throw new Error(`unknown schema tuple ${kind}`)
  }
}
