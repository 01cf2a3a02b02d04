import * as glue from '@aws-sdk/client-glue'
import * as iam from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import * as transfer from '@aws-sdk/client-transfer'
import { describe, expect, it } from 'vitest'
import { serviceModel } from './service-model.ts'
import { type Shape, shapeOf } from './shape.ts'
import { readTraits } from './tuple.ts'

const MODULES = { glue, iam, s3, sts, transfer }

describe('the service model', () => {
  it.each(Object.entries(MODULES))(
    'of %s has an operation for every command, and every shape is known',
    (_, module) => {
      const model = serviceModel(module)
      const commands = Object.keys(module).filter((name) => name.endsWith('Command') && name !== '$Command')
      expect([...model.operations.keys()].map((name) => `${name}Command`).sort()).toEqual(commands.sort())
      const seen = new Set<Shape>()
      const walk = (shape: Shape): void => {
        if (seen.has(shape)) return
        seen.add(shape)
        if (shape.kind === 'structure') for (const member of shape.members.values()) walk(member.shape)
        else if (shape.kind === 'list') walk(shape.member.shape)
        else if (shape.kind === 'map') walk(shape.value.shape)
      }
      for (const { input, output } of model.operations.values()) [input, output].forEach(walk)
      for (const { shape } of model.errors.values()) walk(shape)
      expect(seen.size).toBeGreaterThan(20)
    },
  )

  it('knows required members, traits, errors and is cached', () => {
    const model = serviceModel(iam)
    expect(model).toBe(serviceModel(iam))
    expect(model.namespace).toBe('com.amazonaws.iam')
    expect([...(model.operations.get('CreateUser')?.input.required ?? [])]).toEqual(['UserName'])
    expect(model.errors.get('NoSuchEntityException')).toMatchObject({ queryCode: 'NoSuchEntity', queryStatus: 404 })
    expect(serviceModel(s3).operations.get('PutObject')?.http).toMatchObject({ method: 'PUT', status: 200 })
    expect([...model.errors.keys()]).not.toContain('IAMServiceException')
  })

  it('refuses a module of another form', () => {
    expect(() => serviceModel({})).toThrow('no operation schema')
    expect(() => shapeOf(99_999)).toThrow('unknown schema number')
    expect(() => shapeOf(33)).toThrow('unknown schema number')
    expect(() => shapeOf([8, 'ns', 'Name', 0, 1])).toThrow('unknown schema tuple')
    expect(() => shapeOf({})).toThrow('unknown schema form')
  })

  it('reads traits as bits', () => {
    expect(readTraits(0)).toEqual({})
    expect(readTraits(1 | 8 | 16)).toEqual({ httpLabel: 1, sensitive: 1, httpPayload: 1 })
    expect(readTraits({ xmlName: 'a' })).toEqual({ xmlName: 'a' })
  })
})
