/**
 * Kinds of credentials that users of this server do not have: console passwords, MFA devices, SSH keys, signing certificates,
 * service-specific credentials. They can be asked for, because tools ask before they delete a user; they cannot be made.
 * API reference: GetLoginProfile, ListMFADevices, ListSSHPublicKeys and siblings.
 */

import { requires } from '../../kernel/requirement.ts'
import * as limits from './constraints.ts'
import { findEntity } from './entities.ts'
import { noSuchEntity, nothing } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import type { PageEnd } from './pages.ts'
import { meantUserRow, onMeantUser } from './self.ts'

const constraints = { UserName: limits.name, ...limits.pages }
const none: PageEnd = { IsTruncated: false }

async function noLoginProfile(deps: IamDeps, account: string, name: string): Promise<never> {
  if ((await findEntity(deps.store.db, 'user', account, name)) === undefined) throw noSuchEntity('user', name)
  throw nothing(`Login Profile for User ${name} cannot be found.`)
}

export const getLoginProfile = operation('GetLoginProfile', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) => onMeantUser('iam:GetLoginProfile', call, deps, call.input.UserName),
  handle: async ({ input, caller }, deps) => {
    const user = await meantUserRow(deps.store.db, caller, input.UserName)
    return noLoginProfile(deps, caller.account, user?.name ?? 'root')
  },
})

export const deleteLoginProfile = operation('DeleteLoginProfile', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) => onMeantUser('iam:DeleteLoginProfile', call, deps, call.input.UserName),
  handle: async ({ input, caller }, deps) => {
    const user = await meantUserRow(deps.store.db, caller, input.UserName)
    return noLoginProfile(deps, caller.account, user?.name ?? 'root')
  },
})

export const listMfaDevices = operation('ListMFADevices', {
  constraints,
  authorize: (call, deps) => onMeantUser('iam:ListMFADevices', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await meantUserRow(store.db, caller, input.UserName)
    return { MFADevices: [], ...none }
  },
})

export const listVirtualMfaDevices = operation('ListVirtualMFADevices', {
  constraints: { AssignmentStatus: { oneOf: ['Assigned', 'Unassigned', 'Any'] }, ...limits.pages },
  authorize: () => [requires('iam:ListVirtualMFADevices', '*')],
  handle: () => ({ VirtualMFADevices: [], ...none }),
})

export const listSshPublicKeys = operation('ListSSHPublicKeys', {
  constraints,
  authorize: (call, deps) => onMeantUser('iam:ListSSHPublicKeys', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await meantUserRow(store.db, caller, input.UserName)
    return { SSHPublicKeys: [], ...none }
  },
})

export const listSigningCertificates = operation('ListSigningCertificates', {
  constraints,
  authorize: (call, deps) => onMeantUser('iam:ListSigningCertificates', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await meantUserRow(store.db, caller, input.UserName)
    return { Certificates: [], ...none }
  },
})

export const listServiceSpecificCredentials = operation('ListServiceSpecificCredentials', {
  constraints,
  authorize: (call, deps) =>
    call.input.AllUsers === true
      ? [requires('iam:ListServiceSpecificCredentials', call.arn.user('/', '*'))]
      : onMeantUser('iam:ListServiceSpecificCredentials', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    if (input.AllUsers !== true) await meantUserRow(store.db, caller, input.UserName)
    return { ServiceSpecificCredentials: [], ...none }
  },
})
