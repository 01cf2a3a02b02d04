/**
 * `${transfer:UserName}`, `HomeBucket`, `HomeFolder`, `HomeDirectory`: found in text, whatever the case of their names.
 * Transfer Family User Guide, "Creating a session policy for an Amazon S3 bucket" and "Dynamic permission management
 * approaches" (which writes `transfer:Username`).
 */

export const variableNames = ['UserName', 'HomeBucket', 'HomeFolder', 'HomeDirectory'] as const

export type VariableName = (typeof variableNames)[number]

export type VariableValues = Readonly<Record<VariableName, string | undefined>>

export type VariablePiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: VariableName; readonly at: number }
  /** Begins like one of ours and is none: an unknown name, a space, a default value. */
  | { readonly kind: 'wrong'; readonly text: string }

const byFold: ReadonlyMap<string, VariableName> = new Map(variableNames.map((name) => [name.toLowerCase(), name]))

export function readVariables(text: string): VariablePiece[] {
  const pieces: VariablePiece[] = []
  let plainFrom = 0
  const flush = (end: number) => {
    if (end > plainFrom) pieces.push({ kind: 'text', text: text.slice(plainFrom, end) })
  }
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', at + 2)) {
    const end = text.indexOf('}', at)
    const inner = end === -1 ? text.slice(at + 2) : text.slice(at + 2, end)
    if (!/^\s*transfer\s*:/i.test(inner)) continue
    flush(at)
    const name = /^transfer:(\w+)$/i.exec(inner)?.[1]
    const known = end === -1 || name === undefined ? undefined : byFold.get(name.toLowerCase())
    const whole = text.slice(at, end === -1 ? text.length : end + 1)
    pieces.push(known === undefined ? { kind: 'wrong', text: whole } : { kind: 'variable', name: known, at })
    plainFrom = at + whole.length
  }
  flush(text.length)
  return pieces
}

/** For paths, where only the user's name stands. Undefined where another variable does. */
export function withUserName(text: string, userName: string): string | undefined {
  let result = ''
  for (const piece of readVariables(text)) {
    if (piece.kind === 'text') result += piece.text
    else if (piece.kind === 'variable' && piece.name === 'UserName') result += userName
    else return undefined
  }
  return result
}
