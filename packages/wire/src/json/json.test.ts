import { Readable } from 'node:stream'
import * as glue from '@aws-sdk/client-glue'
import * as transfer from '@aws-sdk/client-transfer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { serviceModel } from '../schema/service-model.ts'
import { validateInput } from '../validate/validate.ts'
import { readJson } from './read.ts'
import { jsonOperation, parseTarget } from './target.ts'
import { writeJson, writeJsonFault } from './write.ts'

const model = serviceModel(glue)
const utf8 = (text: string) => new TextEncoder().encode(text)
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

interface Heard {
  input?: Record<string, unknown>
}

/** A Glue client answered by this package: no socket, but the SDK's own bytes. */
function clientAnswering(answer: unknown, heard: Heard = {}): glue.GlueClient {
  return new glue.GlueClient({
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: { body: Uint8Array | string; headers: Record<string, string> }) => {
        const target = parseTarget(request.headers['x-amz-target'])
        const operation = jsonOperation(model, target?.operation ?? '')
        heard.input = readJson(operation.input, typeof request.body === 'string' ? utf8(request.body) : request.body)
        const written =
          answer instanceof Error ? writeJsonFault(answer, 'rid-1', model) : writeJson(operation, answer, 'rid-1')
        const body = typeof written.body === 'string' ? utf8(written.body) : (written.body as Uint8Array)
        return {
          response: { statusCode: written.status, headers: written.headers, body: Readable.from([body]), reason: '' },
        }
      },
    },
  })
}

function shapeOfOperation(name: string) {
  return jsonOperation(model, name).input
}

describe('json round trip with the SDK', () => {
  it('reads a nested input and writes whole-second timestamps', async () => {
    const heard: Heard = {}
    const columns = [{ Name: 'a', Type: 'string', Parameters: { k: 'v', __proto: 'x' } }]
    const input = {
      DatabaseName: 'db',
      TableInput: { Name: 't', StorageDescriptor: { Columns: columns }, LastAccessTime: new Date(1_700_000_000_000) },
    }
    await clientAnswering({}, heard).send(new glue.CreateTableCommand(input))
    expect(plain(heard.input)).toEqual(plain(input))
    const answer = {
      Table: { Name: 't', CreateTime: new Date(1_700_000_000_987), IsRegisteredWithLakeFormation: false },
    }
    const output = await clientAnswering(answer).send(new glue.GetTableCommand({ DatabaseName: 'db', Name: 't' }))
    expect(output.Table).toEqual({ ...answer.Table, CreateTime: new Date(1_700_000_000_000) })
    expect(output.$metadata.requestId).toBe('rid-1')
  })

  it('renders a modelled fault so that the client throws its class', async () => {
    const fault = new ServiceFault('EntityNotFoundException', 'Database db not found.', {
      members: { FromFederationSource: false },
    })
    const failure = await clientAnswering(fault)
      .send(new glue.GetDatabaseCommand({ Name: 'db' }))
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(glue.EntityNotFoundException)
    expect(failure).toMatchObject({ message: 'Database db not found.', FromFederationSource: false })
    expect(new TextDecoder().decode(writeJsonFault(fault, 'r', model).body as Uint8Array)).toBe(
      '{"__type":"EntityNotFoundException","Message":"Database db not found.","FromFederationSource":false}',
    )
  })

  it('shows nothing of a bug', () => {
    const fault = writeJsonFault(new TypeError('secret detail'), 'r', model)
    expect(fault.status).toBe(500)
    expect(new TextDecoder().decode(fault.body as Uint8Array)).toMatch(
      /^\{"__type":"InternalFailure","Message":"The request processing/,
    )
  })

  it('takes error statuses from the model', () => {
    const transferModel = serviceModel(transfer)
    expect(writeJsonFault(new ServiceFault('ResourceNotFoundException', 'm'), 'r', transferModel).status).toBe(404)
    expect(writeJsonFault(new ServiceFault('AccessDeniedException', 'm'), 'r', model).status).toBe(400)
  })

  it('decodes what the SDK encodes: CreateSession, any strings and tags', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 })
    const input = fc.record(
      {
        Id: text,
        Role: text,
        Command: fc.record({ Name: text, PythonVersion: text }),
        Timeout: fc.integer(),
        MaxCapacity: fc.double({ noNaN: true, noDefaultInfinity: true }),
        DefaultArguments: fc.dictionary(text, text),
        Connections: fc.record({ Connections: fc.array(text) }),
        Tags: fc.dictionary(text, text),
      },
      { requiredKeys: ['Id', 'Role', 'Command'] },
    )
    await fc.assert(
      fc.asyncProperty(input, async (wanted) => {
        const heard: Heard = {}
        await clientAnswering({}, heard).send(new glue.CreateSessionCommand(wanted))
        expect(plain(heard.input)).toEqual(plain(wanted))
        expect(validateInput(shapeOfOperation('CreateSession'), heard.input)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('json reading is strict', () => {
  const read = (text: string) => readJson(shapeOfOperation('CreateSession'), utf8(text))

  it.each([
    ['{"Id": 5}', "NUMBER_VALUE can not be converted to a String at 'Id'"],
    ['{"Role": {}}', "Start of structure or map found where not expected at 'Role'"],
    ['{"Role": ["a"]}', "Start of list found where not expected at 'Role'"],
    ['{"Tags": {"a": true}}', "TRUE_VALUE can not be converted to a String at 'Tags.a'"],
    ['{"Timeout": "5"}', "STRING_VALUE can not be converted to a Number at 'Timeout'"],
    ['{"Id": "a", "Id": "b"}', 'names a member twice'],
    ['{"Id": "a", "\\u0049d": "b"}', 'names a member twice'],
    ['[]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['{"Id": "a"', 'not valid JSON'],
    ['{"Id": "a"} x', 'not valid JSON'],
    ['\uFEFF{}', 'not valid JSON'],
    ['['.repeat(100_000), 'nested deeper than 64'],
    ['{"Id":'.repeat(100_000), 'nested deeper than 64'],
  ])('refuses %.40s', (text, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'SerializationException', status: 400 }))
    expect(() => read(text)).toThrow(message)
  })

  it('refuses bytes that are no UTF-8 and bodies beyond the bound', () => {
    const shape = shapeOfOperation('CreateSession')
    expect(() => readJson(shape, Uint8Array.of(0x22, 0xff, 0x22))).toThrow('not valid UTF-8')
    expect(() => readJson(shape, utf8('{"Id":"aaaa"}'), { maxBytes: 8, maxDepth: 4 })).toThrow('exceeds 8 bytes')
  })

  it('takes null for absent, drops __type, keeps unknown members for the validator', () => {
    const input = read('{"__type":"x","Id":null,"Role":"r","Foo":{"a":1},"Command":{"__type":"y","Name":"glueetl"}}')
    expect(plain(input)).toEqual({ Role: 'r', Foo: { a: 1 }, Command: { Name: 'glueetl' } })
    expect(validateInput(shapeOfOperation('CreateSession'), input).map(({ message }) => message)).toEqual([
      "Value null at 'id' failed to satisfy constraint: Member must not be null",
      "Value at 'foo' failed to satisfy constraint: Member is not defined",
    ])
  })

  it('lets no prototype be written to', () => {
    const input = read('{"__proto__":{"polluted":1},"Tags":{"__proto__":"x","constructor":"y"}}')
    expect(Object.getPrototypeOf(input)).toBeNull()
    expect(Object.keys(input.Tags as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('reads the X-Amz-Target header', () => {
    expect(parseTarget('AWSGlue.GetTable')).toEqual({ service: 'AWSGlue', operation: 'GetTable' })
    for (const bad of [undefined, '', 'AWSGlue', 'AWSGlue.', '.GetTable', 'a.b.c', 'AWSGlue.Get Table']) {
      expect(parseTarget(bad)).toBeUndefined()
    }
    expect(() => jsonOperation(model, 'constructor')).toThrow(
      expect.objectContaining({ code: 'UnknownOperationException' }),
    )
  })

  it('throws nothing but a ServiceFault, whatever comes', () => {
    const shape = shapeOfOperation('CreateSession')
    const truncated = fc
      .tuple(fc.json(), fc.nat())
      .map(([text, at]) => utf8(`{"Id":${text},"Tags":${text}}`).slice(0, at % (2 * text.length + 20)))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), truncated, fc.json().map(utf8)), (body) => {
        try {
          validateInput(shape, readJson(shape, body))
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceFault)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
