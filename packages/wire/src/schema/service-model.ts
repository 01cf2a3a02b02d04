/**
 * A service's operations and modelled errors, read from the root exports of its `@aws-sdk/client-*` package, where every
 * shape stands under its name with a `$` behind it.
 */
import { type Shape, type StructureShape, shapeOf } from './shape.ts'
import { isTuple, readTuple, type SchemaRef, structureSchema, type Traits } from './tuple.ts'

export interface HttpTrait {
  readonly method: string
  /** E.g. `/{Key+}?x-id=PutObject`. */
  readonly template: string
  readonly status: number
}

export interface OperationModel {
  readonly name: string
  readonly namespace: string
  readonly traits: Traits
  readonly http?: HttpTrait
  readonly input: StructureShape
  readonly output: StructureShape
  /** The output's own schema, or undefined when the operation answers nothing. */
  readonly outputSchema: SchemaRef | undefined
}

export interface ErrorModel {
  /** The shape's name, e.g. `NoSuchEntityException`. */
  readonly name: string
  /** What awsQuery sends in its place, e.g. `NoSuchEntity`. */
  readonly queryCode: string
  readonly queryStatus: number
  readonly httpStatus: number
  readonly shape: StructureShape
}

export interface ServiceModel {
  /** E.g. `com.amazonaws.iam`. */
  readonly namespace: string
  readonly operations: ReadonlyMap<string, OperationModel>
  /** By shape name. */
  readonly errors: ReadonlyMap<string, ErrorModel>
}

const OPERATION = 9
const ERROR = -3
const EMPTY: StructureShape = {
  kind: 'structure',
  name: 'Unit',
  traits: {},
  union: false,
  members: new Map(),
  required: new Set(),
  schema: structureSchema('Unit', []),
}

const cache = new WeakMap<object, ServiceModel>()

/**
 * The model of a client package: `serviceModel(await import('@aws-sdk/client-iam'))`. Cached by module object.
 * Throws when the module has no operation, for then it is not a client package or its form has changed.
 */
export function serviceModel(clientModule: object): ServiceModel {
  const known = cache.get(clientModule)
  if (known) return known
  const operations = new Map<string, OperationModel>()
  const errors = new Map<string, ErrorModel>()
  for (const [exported, value] of Object.entries(clientModule)) {
    if (!exported.endsWith('$') || !isTuple(value)) continue
    if (value[0] === OPERATION) operations.set(String(value[2]), operationModel(value))
    else if (value[0] === ERROR && !String(value[1]).startsWith('smithy.ts.sdk.synthetic')) {
      errors.set(String(value[2]), errorModel(value))
    }
  }
  const [first] = operations.values()
  if (!first) throw new Error('the module exports no operation schema: not an @aws-sdk client of a known form')
  const model: ServiceModel = { namespace: first.namespace, operations, errors }
  cache.set(clientModule, model)
  return model
}

function operationModel(tuple: readonly unknown[]): OperationModel {
  const { name, namespace, traits, rest } = readTuple(tuple)
  const output = structureOrEmpty(shapeOf(rest[1]))
  const http = traits.http as readonly [string, string, number] | undefined
  return {
    name,
    namespace,
    traits,
    input: structureOrEmpty(shapeOf(rest[0])),
    output,
    outputSchema: output === EMPTY ? undefined : output.schema,
    ...(http && { http: { method: http[0], template: http[1], status: http[2] } }),
  }
}

function structureOrEmpty(shape: Shape): StructureShape {
  if (shape.kind === 'structure') return shape
  if (shape.kind === 'unit') return EMPTY
  throw new Error(`an operation's input or output is a ${shape.kind}`)
}

function errorModel(tuple: readonly unknown[]): ErrorModel {
  const shape = shapeOf(tuple)
  if (shape.kind !== 'structure') throw new Error('an error schema is no structure')
  const { traits } = shape
  const fallback = traits.error === 'server' ? 500 : 400
  const httpStatus = typeof traits.httpError === 'number' ? traits.httpError : fallback
  const query = traits.awsQueryError as readonly [string, number] | undefined
  return {
    name: shape.name,
    queryCode: query?.[0] ?? shape.name,
    queryStatus: query?.[1] ?? httpStatus,
    httpStatus,
    shape,
  }
}
