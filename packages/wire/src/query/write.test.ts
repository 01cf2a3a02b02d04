/** The compiled answers against the SDK's serializer, on every operation of STS and IAM. */

import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareOutput } from '../output.ts'
import { type OperationModel, serviceModel } from '../schema/service-model.ts'
import type { Shape } from '../schema/shape.ts'
import { structureSchema } from '../schema/tuple.ts'
import { writeQuery } from './write.ts'

const text = fc.string({
  unit: fc.constantFrom('a', '&', '<', '>', '"', "'", '\n', '\u0085', '\u0001', 'é', '\u{1f600}'),
})

function arbitraryOf(shape: Shape, depth: number): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'structure': {
      if (depth > 4) return fc.constant({})
      const members = [...shape.members.values()].map(({ name, shape }) => [name, arbitraryOf(shape, depth + 1)])
      return fc.record(Object.fromEntries(members), { requiredKeys: [] })
    }
    case 'list':
      return fc.array(arbitraryOf(shape.member.shape, depth + 1), { maxLength: 3 })
    case 'map':
      // The SDK lets pass what XML cannot carry in a key; here it is replaced, as everywhere.
      return fc.dictionary(
        fc.string({ unit: fc.constantFrom('a', '&', '<', 'é') }),
        arbitraryOf(shape.value.shape, depth + 1),
        { maxKeys: 3 },
      )
    case 'number':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    case 'timestamp':
      return fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })
    case 'blob':
      return fc.uint8Array()
    default:
      return text
  }
}

const namespace = 'https://example.amazonaws.com/doc/2010-05-08/'

function bySdk({ name, output, outputSchema }: OperationModel, value: unknown): string {
  const metadata = structureSchema('ResponseMetadata', [['RequestId', 0]])
  const schema = structureSchema(`${name}Response`, [
    ...(outputSchema === undefined ? [] : ([[`${name}Result`, output.schema]] as const)),
    ['ResponseMetadata', metadata],
  ])
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace: namespace,
    serviceNamespace: 'scopedown',
  })
  serializer.write(schema, prepareOutput({ [`${name}Result`]: value, ResponseMetadata: { RequestId: 'id-1' } }, true))
  return String(serializer.flush())
}

const operations = [sts, iam].flatMap((sdk) => [...serviceModel(sdk).operations.values()])

describe('writeQuery', () => {
  it.each(operations)('$name: the same bytes as the SDK', (operation) => {
    fc.assert(
      fc.property(arbitraryOf(operation.output, 0), (value) => {
        const { body, headers } = writeQuery(operation, value, 'id-1', namespace)
        expect(body).toBe(bySdk(operation, value))
        expect(headers['content-length']).toBe(String(Buffer.byteLength(String(body))))
      }),
      { numRuns: 10 },
    )
  })
})
