/** The options that state one question, shared by `check` and `explain`. */

import { type Command, Option } from 'commander'

export interface QuestionOptions {
  readonly identity?: readonly string[]
  readonly resourcePolicy?: string
  readonly boundary?: string
  readonly session?: readonly string[]
  readonly scp?: readonly string[]
  readonly rcp?: readonly string[]
  readonly endpoint?: string
  readonly principal?: string
  readonly action?: string
  readonly resource?: string
  readonly resourceAccount?: string
  readonly context?: readonly string[]
  readonly contextFile?: string
}

/** Flags as typed, by the member they fill. */
export const questionFlags = {
  identity: '--identity',
  resourcePolicy: '--resource-policy',
  boundary: '--boundary',
  session: '--session',
  scp: '--scp',
  rcp: '--rcp',
  endpoint: '--endpoint',
  principal: '--principal',
  action: '--action',
  resource: '--resource',
  resourceAccount: '--resource-account',
  context: '--context',
  contextFile: '--context-file',
} as const satisfies Record<keyof QuestionOptions, string>

const question = 'The question:'
const policies = 'The policies (FILE is a JSON policy document, `-` is standard input):'

const each = (value: string, previous: readonly string[] | undefined): readonly string[] => [...(previous ?? []), value]

export function addQuestionOptions(command: Command): Command {
  const add = (group: string, flags: string, text: string) =>
    command.addOption(new Option(flags, text).helpGroup(group))
  const addEach = (group: string, flags: string, text: string) =>
    command.addOption(new Option(flags, `${text} (repeatable)`).argParser(each).helpGroup(group))
  add(question, '--principal <arn>', 'who asks: ARN of a user, role, session, federated user or root; a service; `*`')
  add(question, '--action <action>', 'what for, as `service:Action`')
  add(question, '--resource <arn>', 'on what; `*` where the action supports no resource')
  add(question, '--resource-account <id>', "account that owns the resource; default: the ARN's, else the caller's")
  addEach(question, '--context <key=value>', 'a condition key; `key:=JSON` for lists, numbers and booleans')
  add(question, '--context-file <file>', 'a JSON object of condition keys; --context adds to it and overrides it')
  addEach(policies, '--identity <file>', "identity-based policy: the user's, its groups', or the role's")
  add(policies, '--resource-policy <file>', 'resource-based policy; a role trust policy where the resource is a role')
  add(policies, '--boundary <file>', 'permissions boundary')
  addEach(policies, '--session <file>', 'session policy; together they cap the session')
  addEach(policies, '--scp <[level=]file>', 'service control policy; see "Levels" below')
  addEach(policies, '--rcp <[level=]file>', 'resource control policy; see "Levels" below')
  add(policies, '--endpoint <file>', 'VPC endpoint policy')
  return command
}

export const questionNotes = `
Condition keys:
  --context s3:prefix=alice/            a single value, taken as text
  --context 'aws:TagKeys:=["a","b"]'    JSON: a list is a multivalued key, at any length
  Keys that follow from the principal (aws:PrincipalArn, aws:username, …) are filled in; nothing else is invented.

Levels:
  Every level of an organization must allow. Each --scp FILE is a level of its own, from the root down to the account.
  Policies of one level share a name of your choice: --scp root=full.json --scp root=deny.json --scp ou=ou.json
  (for a file whose name has a \`=\`, write ./NAME).
`
