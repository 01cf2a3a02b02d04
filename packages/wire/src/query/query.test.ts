import { Readable } from 'node:stream'
import * as iam from '@aws-sdk/client-iam'
import * as sts from '@aws-sdk/client-sts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { type ServiceModel, serviceModel } from '../schema/service-model.ts'
import { validateInput } from '../validate/validate.ts'
import { queryOperation } from './action.ts'
import { readParameters } from './parameters.ts'
import { readQuery } from './read.ts'
import { writeQuery, writeQueryFault } from './write.ts'

const IAM_XMLNS = 'https://iam.amazonaws.com/doc/2010-05-08/'
const model = serviceModel(iam)

interface Heard {
  operation?: string
  input?: Record<string, unknown>
}

/** An SDK client whose requests are read by this package, and answered by it: no socket, but the SDK's own bytes. */
function clientAnswering(answer: unknown, heard: Heard = {}): iam.IAMClient {
  return new iam.IAMClient({ ...loopback(model, '2010-05-08', answer, heard) })
}

function loopback(service: ServiceModel, version: string, answer: unknown, heard: Heard) {
  return {
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (request: { body: string }) => {
        const parameters = readParameters(request.body)
        const operation = queryOperation(service, version, parameters)
        heard.operation = operation.name
        heard.input = readQuery(operation.input, parameters)
        const written =
          answer instanceof Error
            ? writeQueryFault(answer, 'rid-1', IAM_XMLNS, service)
            : writeQuery(operation, answer, 'rid-1', IAM_XMLNS)
        const body = new TextEncoder().encode(String(written.body))
        return {
          response: { statusCode: written.status, headers: written.headers, body: Readable.from([body]), reason: '' },
        }
      },
    },
  }
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('query round trip with the SDK', () => {
  it('reads lists of structures, and writes a result the client understands', async () => {
    const heard: Heard = {}
    const created = new Date('2026-01-02T03:04:05.678Z')
    const user = { UserName: 'bob', Path: '/a/', UserId: 'AIDA', Arn: 'arn:aws:iam::1:user/a/bob', CreateDate: created }
    const client = clientAnswering({ User: { ...user, Tags: [{ Key: 'k<&>', Value: '' }] } }, heard)
    const tags = [
      { Key: 'team', Value: 'a+b c&d=é' },
      { Key: 'x', Value: '' },
    ]
    const output = await client.send(new iam.CreateUserCommand({ UserName: 'bob', Path: '/a/', Tags: tags }))
    expect(heard.operation).toBe('CreateUser')
    expect(plain(heard.input)).toEqual({ UserName: 'bob', Path: '/a/', Tags: tags })
    expect(output.User?.CreateDate).toEqual(new Date('2026-01-02T03:04:05.000Z'))
    expect(output.User?.Tags).toEqual([{ Key: 'k<&>', Value: '' }])
    expect(output.$metadata.requestId).toBe('rid-1')
  })

  it('answers an operation without output by its metadata only', async () => {
    const output = await clientAnswering(undefined).send(new iam.DeleteUserCommand({ UserName: 'bob' }))
    expect(output.$metadata).toMatchObject({ httpStatusCode: 200, requestId: 'rid-1' })
    const operation = model.operations.get('DeleteUser')
    if (!operation) throw new Error('DeleteUser is gone')
    expect(writeQuery(operation, undefined, 'r', IAM_XMLNS).body).toBe(
      `<DeleteUserResponse xmlns="${IAM_XMLNS}"><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DeleteUserResponse>`,
    )
  })

  it('writes the result of an output that is modelled without members', () => {
    const operation = model.operations.get('UpdateRole')
    if (!operation) throw new Error('UpdateRole is gone')
    expect(writeQuery(operation, {}, 'r', IAM_XMLNS).body).toMatch(
      /<UpdateRoleResult(\/>|><\/UpdateRoleResult>)<ResponseMetadata>/,
    )
  })

  it('renders a modelled fault with the code and status of awsQueryError', async () => {
    const client = clientAnswering(new ServiceFault('NoSuchEntityException', 'The user with name bob cannot be found.'))
    const failure = await client.send(new iam.GetUserCommand({ UserName: 'bob' })).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(iam.NoSuchEntityException)
    expect(failure).toMatchObject({
      message: 'The user with name bob cannot be found.',
      $metadata: { httpStatusCode: 404, requestId: 'rid-1' },
    })
    const fault = writeQueryFault(new ServiceFault('NoSuchEntityException', 'm'), 'r', IAM_XMLNS, model)
    expect(fault.body).toBe(
      `<ErrorResponse xmlns="${IAM_XMLNS}"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>m</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
    )
  })

  it('shows nothing of a bug', () => {
    const fault = writeQueryFault(new Error('secret detail'), 'r', IAM_XMLNS, model)
    expect(fault.status).toBe(500)
    expect(fault.body).toContain('<Type>Receiver</Type><Code>InternalFailure</Code>')
    expect(fault.body).not.toContain('secret')
  })

  it('decodes what the SDK encodes: AssumeRole, any strings and tags', async () => {
    const stsModel = serviceModel(sts)
    const text = fc.string({ unit: 'grapheme', maxLength: 20 })
    const input = fc.record(
      {
        RoleArn: text,
        RoleSessionName: text,
        Policy: text,
        DurationSeconds: fc.integer({ min: 900, max: 43_200 }),
        Tags: fc.array(fc.record({ Key: text, Value: text }), { maxLength: 12, minLength: 1 }),
        TransitiveTagKeys: fc.array(text, { maxLength: 12 }),
      },
      { requiredKeys: ['RoleArn', 'RoleSessionName'] },
    )
    await fc.assert(
      fc.asyncProperty(input, async (wanted) => {
        const heard: Heard = {}
        const client = new sts.STSClient(loopback(stsModel, '2011-06-15', {}, heard))
        await client.send(new sts.AssumeRoleCommand(wanted))
        expect(plain(heard.input)).toEqual(plain(wanted))
        const shape = stsModel.operations.get('AssumeRole')?.input
        expect(shape && validateInput(shape, heard.input)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('query reading is strict', () => {
  const read = (operation: string, text: string) => {
    const found = model.operations.get(operation)
    if (!found) throw new Error(operation)
    return readQuery(found.input, readParameters(text))
  }

  it('orders list items by number, and a huge one takes no room', () => {
    const input = read('TagUser', 'UserName=b&Tags.member.999999999.Key=z&Tags.member.10.Key=b&Tags.member.2.Key=a')
    expect(plain(input)).toEqual({ UserName: 'b', Tags: [{ Key: 'a' }, { Key: 'b' }, { Key: 'z' }] })
  })

  it('reads a context entry list of scalars, booleans and numbers strictly', () => {
    expect(plain(read('ListUsers', 'MaxItems=10'))).toEqual({ MaxItems: 10 })
    for (const bad of ['MaxItems=ten', 'MaxItems=0x10', 'MaxItems=', 'MaxItems.member.1=3', 'MaxItems=Infinity']) {
      expect(() => read('ListUsers', bad)).toThrow(/MaxItems can not be read as a number/)
    }
  })

  it.each([
    ['UserName=a&UserName=b', 'names a parameter twice'],
    ['UserName=%zz', 'not valid form encoding'],
    ['UserName=%FF', 'not valid form encoding'],
    ['Tags.member.x.Key=a', 'Tags can not be read as a list'],
    ['Tags.member.0.Key=a', 'Tags can not be read as a list'],
    ['Tags=a', 'Tags can not be read as a list'],
    ['UserName.a=b', 'UserName can not be read as a string'],
    [`${'a.'.repeat(60)}a=1`, 'too many parts'],
  ])('refuses %s', (text, message) => {
    expect(() => read('TagUser', text)).toThrow(message)
  })

  it('counts every parameter and byte against its bounds, empty ones too', () => {
    const bounds = { maxBytes: 100, maxParameters: 3 }
    expect(readParameters('a=1&&b', bounds)).toEqual(
      new Map([
        ['a', '1'],
        ['b', ''],
      ]),
    )
    expect(() => readParameters('a=1&&&Deny=1', bounds)).toThrow('more than 3 parameters')
    expect(() => readParameters('x'.repeat(101), bounds)).toThrow('exceeds 100 bytes')
  })

  it('keeps unknown members for the validator to name', () => {
    const shape = model.operations.get('TagUser')?.input
    const input = read(
      'TagUser',
      'UserName=b&Tags.member.1.Key=a&Tags.member.1.Value=v&Tags.member.1.Deny=x&Foo.member.1=1',
    )
    expect(shape && validateInput(shape, input).map(({ path }) => path)).toEqual(['tags.1.member.deny', 'foo'])
  })

  it('knows Action and Version', () => {
    const find = (text: string) => queryOperation(model, '2010-05-08', readParameters(text))
    expect(find('Action=ListUsers&Version=2010-05-08').name).toBe('ListUsers')
    expect(() => find('Version=2010-05-08')).toThrow(expect.objectContaining({ code: 'MissingAction' }))
    expect(() => find('Action=Nope&Version=2010-05-08')).toThrow(expect.objectContaining({ code: 'InvalidAction' }))
    expect(() => find('Action=ListUsers&Version=2011-06-15')).toThrow(
      expect.objectContaining({ code: 'InvalidAction' }),
    )
  })

  it('throws nothing but a ServiceFault, whatever comes', () => {
    const piece = fc.constantFrom(
      'Tags',
      'member',
      '1',
      '.',
      '=',
      '&',
      '%',
      '%41',
      'Key',
      'UserName',
      'entry',
      '+',
      '__proto__',
      'é',
    )
    const shape = model.operations.get('TagUser')?.input
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 60 }).map((p) => p.join('')),
          fc.string(),
        ),
        (text) => {
          try {
            const input = read('TagUser', text)
            if (shape) validateInput(shape, input)
          } catch (error) {
            expect(error).toBeInstanceOf(ServiceFault)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })
})
