/**
 * Validates a decoded input against its schema and a service's own constraints, collecting faults in AWS's wording:
 * `1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null`.
 * Services' "Common errors": ValidationError, ValidationException.
 */
import { ServiceFault } from '../fault.ts'
import type { Member, ScalarShape, StructureShape } from '../schema/shape.ts'
import { type Constraint, failures, type MemberConstraints } from './constraints.ts'

export interface ValidationFault {
  /** As AWS spells it: first letters lower, list items numbered from 1: `tags.1.member.key`. */
  readonly path: string
  /** `Value 'x' at 'userName' failed to satisfy constraint: …`. */
  readonly message: string
}

export interface ValidationOptions {
  readonly constraints?: MemberConstraints
  /** Members that the schema does not have. Refused by default: what we do not know may have been meant to narrow. */
  readonly unknownMembers?: 'refuse' | 'ignore'
  readonly maxDepth?: number
  /** Values of every kind, nested ones included. */
  readonly maxValues?: number
}

const MAX_FAULTS = 20
const MAX_SHOWN = 256

/** All that is wrong with `input`, at most twenty; empty when it is valid. Never throws. */
export function validateInput(
  shape: StructureShape,
  input: unknown,
  options: ValidationOptions = {},
): readonly ValidationFault[] {
  const validation = new Validation(options)
  validation.structure(shape, input, '', '', 0)
  return validation.faults
}

/** Throws `code` (`ValidationException` on JSON, `ValidationError` on query) for a non-empty list. */
export function assertValid(faults: readonly ValidationFault[], code: string): void {
  if (faults.length === 0) return
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`
  throw new ServiceFault(code, `${count}: ${faults.map(({ message }) => message).join('; ')}`, { status: 400 })
}

class Validation {
  readonly faults: ValidationFault[] = []
  readonly #constraints: MemberConstraints
  readonly #refuseUnknown: boolean
  readonly #maxDepth: number
  #valuesLeft: number

  constructor(options: ValidationOptions) {
    this.#constraints = options.constraints ?? {}
    this.#refuseUnknown = options.unknownMembers !== 'ignore'
    this.#maxDepth = options.maxDepth ?? 64
    this.#valuesLeft = options.maxValues ?? 200_000
  }

  structure(shape: StructureShape, input: unknown, path: string, key: string, depth: number): void {
    if (!isPlainObject(input)) {
      this.#wrongType(path, 'a structure')
      return
    }
    let set = 0
    for (const [name, member] of shape.members) {
      const value = Object.hasOwn(input, name) ? input[name] : undefined
      const memberPath = joinPath(path, lowerFirst(name))
      const memberKey = joinPath(key, name)
      if (value !== undefined && value !== null) {
        set++
        this.#member(member, value, memberPath, memberKey, depth + 1)
      } else if (shape.required.has(name) || this.#constraints[memberKey]?.required) {
        this.#fail(memberPath, 'Value null', 'Member must not be null')
      }
    }
    if (shape.union && set !== 1) this.#fail(path, 'Value', 'Exactly one member must be set')
    if (this.#refuseUnknown) this.#unknown(shape, input, path)
  }

  #unknown(shape: StructureShape, input: Record<string, unknown>, path: string): void {
    for (const name of Object.keys(input)) {
      if (shape.members.has(name) || input[name] === undefined) continue
      this.#fail(joinPath(path, lowerFirst(shown(name))), 'Value', 'Member is not defined')
      if (this.faults.length >= MAX_FAULTS) return
    }
  }

  #member(member: Member, value: unknown, path: string, key: string, depth: number): void {
    if (this.faults.length >= MAX_FAULTS) return
    if (depth > this.#maxDepth) {
      this.#fail(path, 'Value', `Member must not be nested deeper than ${this.#maxDepth}`)
      return
    }
    if (--this.#valuesLeft === 0) {
      this.#fail(path, 'Value', 'Member must not hold so many values')
      return
    }
    if (this.#valuesLeft < 0) return
    const { shape } = member
    switch (shape.kind) {
      case 'structure':
        this.structure(shape, value, path, key, depth)
        return
      case 'list':
        if (!Array.isArray(value)) {
          this.#wrongType(path, 'a list')
          return
        }
        this.#constrain(member, value, path, key)
        for (let i = 0; i < value.length; i++) {
          this.#item(shape.member, value[i], `${path}.${i + 1}.member`, joinPath(key, '*'), depth + 1)
        }
        return
      case 'map':
        if (!isPlainObject(value)) {
          this.#wrongType(path, 'a map')
          return
        }
        this.#constrain(member, value, path, key)
        for (const [name, item] of Object.entries(value)) {
          this.#constrain(shape.key, name, `${path}.key`, joinPath(key, 'key'))
          this.#item(shape.value, item, joinPath(path, shown(name)), joinPath(key, '*'), depth + 1)
        }
        return
      default:
        if (!hasType(shape, value)) {
          this.#wrongType(path, `a ${shape.kind}`)
          return
        }
        this.#constrain(member, value, path, key)
    }
  }

  #item(member: Member, value: unknown, path: string, key: string, depth: number): void {
    if (value === undefined || value === null) {
      if (member.shape.kind !== 'document') this.#fail(path, 'Value null', 'Member must not be null')
    } else this.#member(member, value, path, key, depth)
  }

  #constrain(member: Member, value: unknown, path: string, key: string): void {
    const constraint: Constraint | undefined = this.#constraints[key]
    if (!constraint) return
    const subject = member.traits.sensitive ? 'Value' : `Value ${quoted(value)}`
    for (const sentence of failures(value, constraint)) this.#fail(path, subject, sentence)
  }

  #wrongType(path: string, wanted: string): void {
    this.#fail(path, 'Value', `Member must be ${wanted}`)
  }

  #fail(path: string, subject: string, sentence: string): void {
    if (this.faults.length >= MAX_FAULTS) return
    this.faults.push({ path, message: `${subject} at '${path}' failed to satisfy constraint: ${sentence}` })
  }
}

function hasType(shape: ScalarShape, value: unknown): boolean {
  switch (shape.kind) {
    case 'string':
      return typeof value === 'string'
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint'
    case 'boolean':
      return typeof value === 'boolean'
    case 'timestamp':
      return value instanceof Date && !Number.isNaN(value.getTime())
    case 'blob':
      return value instanceof Uint8Array
    case 'stream':
    case 'document':
      return true
    case 'unit':
      return false
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

function joinPath(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function shown(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text
}

/** AWS prints a list as `[…]` with its items; we print scalars only and leave the rest out. */
function quoted(value: unknown): string {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '[...]'
  return `'${shown(text)}'`
}
