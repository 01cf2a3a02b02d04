/**
 * The AWS policy language: parse, compile, decide, explain. Pure, total, synchronous; no dependency, no `node:` import.
 * Start: `parsePolicy` → `compile` → `program.decide(request(…))`, `program.explain(request(…))`.
 */

export { type CaseResult, CaseRunner } from './cases/case-runner.ts'
export type { PolicySet } from './compile/policy-set.ts'
export { compile, type Program } from './compile/program.ts'
export { type Decision, type Outcome, type PolicyType, policyTypes } from './evaluate/decision.ts'
export { defaultSwitches, type Switches } from './evaluate/switches.ts'
export { accessDeniedMessage } from './explain/access-denied.ts'
export { contextKeys } from './explain/condition-keys.ts'
export type * from './explain/explanation.ts'
export {
  describeObstacle,
  describeWayOut,
  policyTypeTitles,
  printable,
  type RenderOptions,
  renderExplanation,
} from './explain/render.ts'
export type { Diagnostic } from './policy/diagnostic.ts'
export { type ParseOptions, type ParseResult, parsePolicy } from './policy/parse.ts'
export type * from './policy/policy.ts'
export { policySize, type QuotaName, quotas } from './policy/quotas.ts'
export { type Arn, parseArn } from './request/arn.ts'
export type { Principal } from './request/principal.ts'
export { parseRequest, type Request, type RequestResult } from './request/request.ts'
export type { ContextScalar, ContextValue, RequestInput } from './request/request-input.ts'
