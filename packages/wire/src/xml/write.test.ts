/** The compiled writer against the SDK's serializer, on every answer of S3 that has a document. */

import * as sdk from '@aws-sdk/client-s3'
import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareOutput } from '../output.ts'
import { isBodyMember } from '../restxml/read.ts'
import { serviceModel } from '../schema/service-model.ts'
import type { Member, Shape, StructureShape } from '../schema/shape.ts'
import { structureSchema } from '../schema/tuple.ts'
import { contentWriter } from './write.ts'

function arbitraryOf(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure':
      return structureOf([...shape.members.values()], depth)
    case 'list':
      return fc.array(arbitraryOf(shape.member.shape, depth + 1), { maxLength: 3 })
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    default:
      return fc.string({
        unit: fc.constantFrom('a', '&', '<', '>', '"', "'", '\n', '\r', '\u0085', '\u2028', '\u0001', 'é', '\u{1f600}'),
      })
  }
}

function structureOf(members: readonly Member[], depth: number): fc.Arbitrary<unknown> {
  if (depth > 4) return fc.constant({})
  return fc.record(Object.fromEntries(members.map((member) => [member.name, arbitraryOf(member.shape, depth)])), {
    requiredKeys: [],
  })
}

function bySdk(name: string, members: readonly Member[], value: unknown): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: true,
    serviceNamespace: 's3',
    xmlNamespace: '',
  })
  const schema = structureSchema(
    name,
    members.map((member) => [member.name, member.schema] as const),
  )
  serializer.write(schema, prepareOutput(value, true))
  return String(serializer.flush())
}

const documents = [...serviceModel(sdk).operations.values()].flatMap(({ name, output }) => {
  const payload = [...output.members.values()].find(({ traits }) => traits.httpPayload)
  const shape = payload === undefined ? output : payload.shape
  if (shape.kind !== 'structure') return []
  const members =
    payload === undefined ? [...output.members.values()].filter(isBodyMember) : [...shape.members.values()]
  return members.length === 0 ? [] : [{ name, shape: shape as StructureShape, members }]
})

const written = documents.flatMap((document) => {
  const write = contentWriter(document.shape, document.members)
  return write === undefined ? [] : [{ ...document, write }]
})

describe('documents of S3', () => {
  it.each(written)('$name', ({ write, members }) => {
    fc.assert(
      fc.property(structureOf(members, 0), (value) => {
        const content = write(value)
        expect(content === '' ? '<Root/>' : `<Root>${content}</Root>`).toBe(bySdk('Root', members, value))
      }),
      { numRuns: 50 },
    )
  })

  it('leaves to the SDK only what has attributes or namespaces', () => {
    expect(written.map(({ name }) => name)).toContain('ListObjectsV2')
    expect(written.length).toBeGreaterThan((documents.length * 2) / 3)
  })
})
