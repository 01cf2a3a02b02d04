/** The seeds' cases as examples, fetched from this server when somebody asks for them. */

import { type DraftKind, type Playground, pretty, recordOf } from './state.ts'

export interface Example {
  readonly name: string
  readonly source: string
  readonly state: Playground
}

export const exampleFiles = [
  ['glue', 'Glue'],
  ['transfer', 'Transfer Family'],
] as const

/** Beside the page itself. */
export async function loadExamples(file: string): Promise<Example[]> {
  const response = await fetch(`examples/seed-${file}.json`, { cache: 'no-cache', credentials: 'omit' })
  if (!response.ok) throw new Error('The examples are not among the files of this server.')
  const cases: unknown = await response.json()
  return Array.isArray(cases) ? cases.map(exampleOf) : []
}

function exampleOf(value: unknown): Example {
  const { name, source, request, policies } = recordOf(value) ?? {}
  const { principal, action, resource, resourceAccount, foldResourceNames, context } = recordOf(request) ?? {}
  return {
    name: String(name),
    source: String(source),
    state: {
      policies: Object.entries(recordOf(policies) ?? {}).flatMap(([member, value]) => drafts(member, value)),
      question: {
        principal: String(principal),
        action: String(action),
        resource: String(resource),
        resourceAccount: resourceAccount === undefined ? '' : String(resourceAccount),
        foldResourceNames: foldResourceNames === true,
        context: pretty(context ?? {}),
      },
    },
  }
}

const kinds: Readonly<Record<string, DraftKind>> = { scps: 'scp', rcps: 'rcp' }

function drafts(member: string, value: unknown) {
  const kind = kinds[member] ?? (member as DraftKind)
  const levels = member === 'scps' || member === 'rcps' ? (value as unknown[][]) : [[value].flat()]
  return levels.flatMap((level, index) =>
    level.map((policy) => {
      const { name, document } = recordOf(policy) ?? {}
      const text = document ?? policy
      return {
        kind,
        name: typeof name === 'string' ? name : '',
        level: index + 1,
        text: typeof text === 'string' ? text : pretty(text),
      }
    }),
  )
}
