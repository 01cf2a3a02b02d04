/**
 * Finds the operation of a restXml request. Templates are ranked by the literal query keys and the required query and header
 * members that they ask for, which tells CopyObject from PutObject. Smithy, "HTTP binding traits", http trait.
 */
import { ServiceFault } from '../fault.ts'
import type { OperationModel, ServiceModel } from '../schema/service-model.ts'
import { uriDecode } from '../sigv4/uri.ts'
import { headersOf, type RestRequest } from './request.ts'

interface Route {
  readonly operation: OperationModel
  readonly method: string
  /** The label that takes the whole path, e.g. `Key`; undefined for `/`. */
  readonly greedyLabel: string | undefined
  /** Of the template's path when it is neither `/` nor one greedy label. */
  readonly literalPath: string | undefined
  /** Labels that the caller must have found outside the template. */
  readonly outerLabels: readonly string[]
  readonly literals: ReadonlyMap<string, string | undefined>
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly boundQuery: ReadonlySet<string>
  readonly rank: number
}

/** `x-id` only repeats the operation's name; old clients do not send it. */
const HINT = 'x-id'

const cache = new WeakMap<ServiceModel, readonly Route[]>()

export interface RestMatch {
  readonly operation: OperationModel
  /** All labels, decoded once. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The operation and its labels. Throws `MethodNotAllowed` (405) when none fits, or when the best leaves a key unread that
 * another operation is told apart by: `DELETE /bucket?acl` must not delete the bucket.
 */
export function routeRest(model: ServiceModel, request: RestRequest): RestMatch {
  const routes = routesOf(model)
  const onPath = routes.filter((route) => matchesPath(route, request))
  const fitting = onPath.filter((route) => route.method === request.method && matchesKeys(route, request))
  const hint = request.query.find(({ name }) => name === HINT)?.value
  const [best] = fitting.sort((a, b) => b.rank - a.rank || hinted(b, hint) - hinted(a, hint) || byName(a, b))
  if (!best || leavesKeyUnread(best, onPath, request)) throw methodNotAllowed()
  return { operation: best.operation, labels: labelsOf(best, request) }
}

export function methodNotAllowed(): ServiceFault {
  return new ServiceFault('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
    status: 405,
  })
}

function hinted(route: Route, hint: string | undefined): number {
  return route.operation.name === hint ? 1 : 0
}

function byName(a: Route, b: Route): number {
  return a.operation.name < b.operation.name ? -1 : 1
}

function routesOf(model: ServiceModel): readonly Route[] {
  let routes = cache.get(model)
  if (!routes) {
    routes = [...model.operations.values()].flatMap((operation) => routeOf(operation) ?? [])
    cache.set(model, routes)
  }
  return routes
}

function routeOf(operation: OperationModel): Route | undefined {
  if (!operation.http) return undefined
  const [path = '', query = ''] = operation.http.template.split('?', 2)
  const literals = new Map<string, string | undefined>()
  for (const pair of query.split('&')) {
    const [key = '', value] = pair.split('=', 2)
    if (key !== '' && key !== HINT) literals.set(key, value)
  }
  const members = [...operation.input.members.values()]
  const required = members.filter(({ name }) => operation.input.required.has(name))
  const requiredQuery = required.flatMap(({ traits }) => traits.httpQuery ?? []).map(String)
  const requiredHeaders = required.flatMap(({ traits }) => traits.httpHeader ?? []).map(String)
  const greedy = /^\/\{(\w+)\+\}$/.exec(path)?.[1]
  return {
    operation,
    method: operation.http.method,
    greedyLabel: greedy,
    literalPath: greedy || path === '/' ? undefined : path,
    outerLabels: members.filter(({ name, traits }) => traits.httpLabel && name !== greedy).map(({ name }) => name),
    literals,
    requiredQuery,
    requiredHeaders,
    boundQuery: new Set(members.flatMap(({ traits }) => traits.httpQuery ?? []).map(String)),
    rank: literals.size + requiredQuery.length + requiredHeaders.length,
  }
}

function matchesPath(route: Route, request: RestRequest): boolean {
  const outer = Object.keys(request.labels)
  if (route.outerLabels.length !== outer.length || !route.outerLabels.every((name) => name in request.labels))
    return false
  if (route.literalPath !== undefined) return request.path === route.literalPath
  const atRoot = request.path === '' || request.path === '/'
  return route.greedyLabel === undefined ? atRoot : !atRoot
}

function matchesKeys(route: Route, request: RestRequest): boolean {
  const sent = (key: string) => request.query.some(({ name }) => name === key)
  for (const [key, value] of route.literals) {
    if (!request.query.some((p) => p.name === key && (value === undefined || p.value === value))) return false
  }
  return route.requiredQuery.every(sent) && route.requiredHeaders.every((name) => headersOf(request, name).length > 0)
}

function leavesKeyUnread(best: Route, onPath: readonly Route[], request: RestRequest): boolean {
  const telling = new Set(onPath.flatMap((route) => [...route.literals.keys(), ...route.requiredQuery]))
  return request.query.some(({ name }) => telling.has(name) && !best.literals.has(name) && !best.boundQuery.has(name))
}

function labelsOf(route: Route, request: RestRequest): Record<string, string> {
  if (route.greedyLabel === undefined) return { ...request.labels }
  const value = uriDecode(request.path.slice(1))
  if (value === undefined) throw new ServiceFault('InvalidURI', "Couldn't parse the specified URI.", { status: 400 })
  return { ...request.labels, [route.greedyLabel]: value }
}
