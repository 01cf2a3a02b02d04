/**
 * A Transfer user's session policy as a login makes it definite: the variables of home and user name become literal text.
 * Transfer Family User Guide, "Creating a session policy for an Amazon S3 bucket".
 */

export interface TransferHome {
  readonly userName: string
  /** `PATH`: of a bucket, `/bucket/folder`; undefined for logical homes, which have no values for these. */
  readonly directory: string | undefined
}

/** Undefined: a variable has no value, and the login would be refused. */
export function definitePolicy(text: string, home: TransferHome): string | undefined {
  const values = valuesOf(home)
  const policy = JSON.parse(text) as Record<string, unknown>
  const current = policy.Version === '2012-10-17'
  let missing = false
  const replace = (value: string): string => {
    const found = value.replace(/\$\{transfer:(\w+)\}|\$\{/gi, (whole, name: string | undefined) => {
      // In a document of the older version what looks like a variable is text, and stays it.
      if (name === undefined) return current ? whole : '${$}{'
      const known = values.get(name.toLowerCase())
      missing ||= known === undefined
      return (known ?? '').replace(/[*?$]/g, (character) => `\${${character}}`)
    })
    return found
  }
  const statements = [policy.Statement].flat().map((one) => {
    const statement = { ...(one as Record<string, unknown>) }
    for (const member of ['Resource', 'NotResource', 'Condition']) {
      if (statement[member] !== undefined) statement[member] = mapTexts(statement[member], replace)
    }
    return statement
  })
  return missing ? undefined : JSON.stringify({ ...policy, Statement: statements, Version: '2012-10-17' }, null, 2)
}

function valuesOf({ userName, directory }: TransferHome): ReadonlyMap<string, string> {
  const segments = segmentsOf(withUserName(directory ?? '', userName))
  const values = new Map([['username', userName]])
  const [bucket, ...folder] = segments
  if (bucket === undefined) return values
  values.set('homebucket', bucket)
  values.set('homefolder', folder.join('/'))
  return values.set('homedirectory', `${segments.join('/')}${directory?.endsWith('/') === true ? '/' : ''}`)
}

export function withUserName(path: string, userName: string): string {
  return path.replace(/\$\{transfer:username\}/gi, () => userName)
}

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapTexts(member, change)]))
}
