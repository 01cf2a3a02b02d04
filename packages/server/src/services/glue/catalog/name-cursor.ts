/** Where a list that runs over several databases left off. */

export interface NameCursor {
  readonly database_name: string
  readonly name: string
}

export function nameCursor({ database_name, name }: NameCursor): string {
  return JSON.stringify([database_name, name])
}

export function readNameCursor(text: string): NameCursor {
  const [database_name, name] = JSON.parse(text) as [string, string]
  return { database_name, name }
}
