import { describe, expect, it } from 'vitest'
import { homeOf, variableValues } from '../../../server/src/services/transfer/home.ts'
import { definiteSessionPolicy } from '../../../server/src/services/transfer/session-policy.ts'
import { definitePolicy } from './transfer-session.ts'

const statement = (Resource: unknown, Condition?: object) => ({
  Effect: 'Allow',
  Action: 's3:*',
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
})
const document = (Version: string | undefined, ...Statement: object[]) => JSON.stringify({ Version, Statement })

const texts = [
  document('2012-10-17', statement('arn:aws:s3:::${transfer:HomeDirectory}/*')),
  document('2012-10-17', statement(['arn:aws:s3:::${transfer:HomeBucket}/${transfer:homefolder}/*', '*'])),
  document(
    '2012-10-17',
    statement('arn:aws:s3:::b', { StringLike: { 's3:prefix': ['${transfer:UserName}/*', '${aws:username}', 7] } }),
  ),
  document('2008-10-17', statement('arn:aws:s3:::b/${transfer:Username}/${aws:username}')),
]
const homes = ['/bucket/ana', '/bucket/a*b/${transfer:UserName}/', '/bucket', '/', undefined]

describe('a session policy made definite', () => {
  it.each(texts.flatMap((text) => homes.map((directory) => [text, directory] as const)))(
    'is the one that the server enforces: %s at %s',
    (text, directory) => {
      const userName = 'ana$?'
      const settings = { Role: 'r', ...(directory === undefined ? {} : { HomeDirectory: directory }) }
      const enforced = definiteSessionPolicy(text, variableValues(homeOf(settings as never, userName), userName))
      const drawn = definitePolicy(text, { userName, directory })
      expect(drawn === undefined ? undefined : JSON.parse(drawn)).toEqual(
        enforced.ok ? JSON.parse(enforced.document) : undefined,
      )
    },
  )
})
