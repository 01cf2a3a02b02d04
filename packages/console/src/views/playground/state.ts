/** What stands in the playground: policies and one question. The same facts as a case of docs/cases.md. */

import type { PolicyKind } from '@scopedown/engine'

export interface Draft {
  readonly kind: DraftKind
  readonly name: string
  /** Of a service or resource control policy: its level, the root being 1. */
  readonly level: number
  readonly text: string
}

export type DraftKind = Exclude<PolicyKind, 'trust'>

export interface Question {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly foldResourceNames: boolean
  /** JSON, as it is being typed. */
  readonly context: string
}

export interface Playground {
  readonly policies: readonly Draft[]
  readonly question: Question
}

export const draftKinds: readonly (readonly [DraftKind, title: string])[] = [
  ['identity', 'identity-based policy'],
  ['resource', 'resource-based policy'],
  ['boundary', 'permissions boundary'],
  ['session', 'session policy'],
  ['scp', 'service control policy'],
  ['rcp', 'resource control policy'],
  ['endpoint', 'VPC endpoint policy'],
]

export function emptyPolicy(kind: DraftKind): Draft {
  const principal = kind === 'resource' || kind === 'rcp' || kind === 'endpoint' ? { Principal: '*' } : {}
  const statement = { Effect: 'Allow', ...principal, Action: '*', Resource: '*' }
  return { kind, name: '', level: 1, text: pretty({ Version: '2012-10-17', Statement: [statement] }) }
}

export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

export const emptyQuestion: Question = {
  principal: 'arn:aws:iam::123456789012:user/ana',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::reports/ana/june.csv',
  resourceAccount: '',
  foldResourceNames: false,
  context: '{}',
}

export const start: Playground = {
  policies: [
    {
      kind: 'identity',
      name: 'own folder',
      level: 1,
      text: pretty({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'OwnFolder',
            Effect: 'Allow',
            Action: ['s3:GetObject', 's3:PutObject'],
            Resource: 'arn:aws:s3:::reports/${aws:username}/*',
          },
        ],
      }),
    },
  ],
  question: emptyQuestion,
}

/** Reads what a link or a stranger's file holds; undefined for what is no playground. */
export function readPlayground(value: unknown): Playground | undefined {
  const record = recordOf(value)
  const question = recordOf(record?.question)
  if (record === undefined || question === undefined || !Array.isArray(record.policies)) return undefined
  const policies = record.policies.slice(0, 100).flatMap((one: unknown) => readDraft(one) ?? [])
  const text = (name: string) => (typeof question[name] === 'string' ? question[name] : '')
  return {
    policies,
    question: {
      principal: text('principal'),
      action: text('action'),
      resource: text('resource'),
      resourceAccount: text('resourceAccount'),
      foldResourceNames: question.foldResourceNames === true,
      context: text('context') || '{}',
    },
  }
}

function readDraft(value: unknown): Draft | undefined {
  const record = recordOf(value)
  const kind = draftKinds.find(([one]) => one === record?.kind)?.[0]
  if (record === undefined || kind === undefined || typeof record.text !== 'string') return undefined
  const level = typeof record.level === 'number' && record.level >= 1 && record.level <= 10 ? record.level : 1
  return { kind, text: record.text, name: typeof record.name === 'string' ? record.name : '', level }
}

export function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
