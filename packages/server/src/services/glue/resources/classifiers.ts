/** Classifiers, which have no ARN. Glue API reference: CreateClassifier, GetClassifier(s), UpdateClassifier, DeleteClassifier. */

import type { Classifier } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { invalidInput, notFound } from '../faults.ts'
import { operation } from '../operation.ts'
import { dbOf, pageOfKind, scopeOf } from './reading.ts'
import {
  changeResource,
  createResource,
  definitionOf,
  deleteResource,
  type ResourceRow,
  resourceNamed,
  write,
} from './stored.ts'

const forms = ['GrokClassifier', 'XMLClassifier', 'JsonClassifier', 'CsvClassifier'] as const

type Form = (typeof forms)[number]
type Given = { readonly [K in Form]?: { readonly Name: string } | undefined }

interface Definition {
  readonly form: Form
  readonly members: object
}

function only(input: Given): { readonly form: Form; readonly name: string; readonly members: object } {
  const given = forms.filter((form) => input[form] !== undefined)
  const [form] = given
  const value = form === undefined ? undefined : input[form]
  if (given.length !== 1 || form === undefined || value === undefined) {
    throw invalidInput(`Exactly one of ${forms.join(', ')} must be given.`)
  }
  return { form, name: value.Name, members: value }
}

function shape(row: ResourceRow): Classifier {
  const { form, members } = definitionOf<Definition>(row)
  const times = { CreationTime: new Date(row.created_at), LastUpdated: new Date(row.updated_at), Version: row.version }
  return { [form]: { ...members, ...times } }
}

export const createClassifier = operation('CreateClassifier', {
  authorize: () => [requires('glue:CreateClassifier', '*')],
  handle: async (call, deps) => {
    const { form, name, members } = only(call.input)
    const definition: Definition = { form, members }
    const made = { scope: scopeOf(call), kind: 'classifier', name, state: '', time: call.time, definition } as const
    await createResource(deps, made)
    return {}
  },
})

export const getClassifier = operation('GetClassifier', {
  authorize: () => [requires('glue:GetClassifier', '*')],
  handle: async (call, deps) => ({
    Classifier: shape(await resourceNamed(dbOf(deps), scopeOf(call), 'classifier', call.input.Name)),
  }),
})

export const getClassifiers = operation('GetClassifiers', {
  authorize: () => [requires('glue:GetClassifiers', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'classifier', 'GetClassifiers')
    return { Classifiers: rows.map(shape), ...NextToken }
  },
})

export const updateClassifier = operation('UpdateClassifier', {
  authorize: () => [requires('glue:UpdateClassifier', '*')],
  handle: async (call, deps) => {
    const { form, name, members } = only(call.input)
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'classifier', name)
      const before = definitionOf<Definition>(row)
      if (before.form !== form) throw invalidInput(`Classifier ${name} is a ${before.form}.`)
      const definition: Definition = { form, members: { ...before.members, ...members } }
      await changeResource(db, row, { definition, version: row.version + 1, updated_at: call.time })
    })
    return {}
  },
})

export const deleteClassifier = operation('DeleteClassifier', {
  authorize: () => [requires('glue:DeleteClassifier', '*')],
  handle: async (call, deps) => {
    const { Name } = call.input
    if (!(await deleteResource(deps, scopeOf(call), 'classifier', Name))) throw notFound('Classifier', Name)
    return {}
  },
})
