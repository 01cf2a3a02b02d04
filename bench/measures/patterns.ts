/** Patterns made to be slow: 2,048 characters against 2,048 characters, in every place that takes a wildcard. */

import { compile, type Program, type Request } from '@scopedown/engine'
import { requestOf } from '../contestants/ours.ts'
import { timed } from '../race.ts'
import type { Measure } from '../report.ts'
import { policyOf } from '../rule.ts'

const length = 2048
const repeated = (piece: string, end: string): string => piece.repeat(length).slice(0, length - end.length) + end

const patterns: readonly (readonly [title: string, pattern: string, text: string])[] = [
  ['*a*a…b against aaa…', repeated('*a', 'b'), repeated('a', '')],
  ['*a?a?…b against aaa…', `*${repeated('a?', 'b').slice(1)}`, repeated('a', '')],
  ['*aaa…ab* against aaa…', `*${repeated('a', 'b*').slice(1)}`, repeated('a', '')],
  ['*aaa(half)b* against aaa…', `*${'a'.repeat(length / 2)}b*`, repeated('a', '')],
  ['*a?a?…(half)b* against aaa…', `*${'a?'.repeat(length / 4)}b*`, repeated('a', '')],
  ['*?a?a…b* against aaa…', `*${'?a'.repeat(length / 4)}b*`, repeated('a', '')],
  ['*ab*ab…c against abab…', repeated('*ab', 'c'), repeated('ab', '')],
  ['*aab*aab…c against aaa…', repeated('*aab', 'c'), repeated('a', '')],
  ['*baaa…(half)* against aaa…', `*b${'a'.repeat(length / 2)}*`, repeated('a', '')],
  ['*aaa…(half)?b* against aaa…', `*${'a'.repeat(length / 2)}?b*`, repeated('a', '')],
  ['*aaabaaa…(half)* against aaa…', `*${'a'.repeat(length / 4)}b${'a'.repeat(length / 4)}*`, repeated('a', '')],
  [
    '*?…(half of all letters)b* against aaa…',
    `*?${Array.from({ length: length / 2 }, (_, at) => String.fromCharCode(0x4e00 + at)).join('')}*`,
    repeated('a', ''),
  ],
  ['*baaa…(250)* against aaa…', `*b${'a'.repeat(249)}*`, repeated('a', '')],
  ['*aaabaaa…(250)* against aaa…', `*${'a'.repeat(125)}b${'a'.repeat(124)}*`, repeated('a', '')],
  ['*a?a?…(32)b* against aaa…', `*${'a?'.repeat(15)}ab*`, repeated('a', '')],
  ['*???…b against aaa…', `*${repeated('?', 'b').slice(1)}`, repeated('a', '')],
]

/** As the sixth part of an ARN. */
const resourcePatterns: typeof patterns = [
  ...patterns.map(([title, pattern, text]) => [title, `arn:aws:s3:::${pattern}`, `arn:aws:s3:::${text}`] as const),
  ['arn:*a*a…: in the second part', `arn:${repeated('*a', '')}b:s3:::x`, `arn:${repeated('a', '')}:s3:::x`],
  ['arn:*a*a… in five parts', fiveParts('*a', 'b'), fiveParts('a', '')],
  ['arn:*:*:*:*:*a*a…b against a:a:…', `arn:*:*:*:*:${repeated('*a', 'b')}`, `arn:aws:s3:::${repeated('a:', '')}`],
  ['arn:*a*:*a*:…b against aaa:aaa:…', `arn:*a*:*a*:*a*:*a*:*a*b`, `arn:aws:s3:::${repeated('aaa:', '')}`],
  [
    'arn:a?*:a?*:a?*:a?*::::…x against aa:aa:…',
    `arn:a?*:a?*:a?*:a?*:${':'.repeat(500)}x`,
    `arn:${repeated('aa:', '')}`,
  ],
  ['arn:*?*:a:a:…(half)b* against a:a:…', `arn:*?*:${'a:'.repeat(length / 4)}b*`, `arn:aws:s3:::${repeated('a:', '')}`],
  ['arn:?*:?*:?*:?*:…b against a:a:…', `arn:?*:?*:?*:?*:${repeated('?*a', 'b')}`, `arn:aws:s3:::${repeated('a:', '')}`],
]

function fiveParts(piece: string, end: string): string {
  const part = piece.repeat(400).slice(0, 400)
  return `arn:${part}:${part}:${part}:${part}:${part}${end}`
}

export function slowestPatterns(): Measure[] {
  return [
    ...resourcePatterns.map(([title, pattern, text]) => measure(`Resource ${title}`, { resource: pattern }, text, {})),
    ...patterns.map(([title, pattern, text]) =>
      measure(`StringLike ${title}`, { condition: { StringLike: { 'aws:UserAgent': pattern } } }, undefined, {
        'aws:UserAgent': text,
      }),
    ),
    ...resourcePatterns.map(([title, pattern, text]) =>
      measure(`ArnLike ${title}`, { condition: { ArnLike: { 'aws:SourceArn': pattern } } }, undefined, {
        'aws:SourceArn': text,
      }),
    ),
  ]
}

function measure(
  name: string,
  wanted: { resource?: string; condition?: object },
  resource: string | undefined,
  context: Record<string, string>,
): Measure {
  const statement = { Effect: 'Allow', Action: '*', Resource: wanted.resource ?? '*', Condition: wanted.condition }
  const program = compile({ identity: [policyOf({ Version: '2012-10-17', Statement: [statement] }, 'identity')] })
  const input = {
    principal: 'arn:aws:iam::123456789012:user/alice',
    action: 's3:GetObject',
    resource: resource ?? 'arn:aws:s3:::x',
  }
  const request = requestOf({ ...input, context })
  return { name, value: timed(21, () => decideAll(program, request)) / 1e6, unit: 'ms', target: 1 }
}

const decideAll = (program: Program, request: Request) => program.decide(request)
