import {
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  GetLoginProfileCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListVirtualMFADevicesCommand,
} from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { fault, useIam } from './iam-under-test.test-data.ts'

const under = useIam()

it('are none for every user, asked for in all the ways that tools ask', async () => {
  const { iam } = under
  await iam.send(new CreateUserCommand({ UserName: 'ann' }))
  const ann = { UserName: 'ann' }
  expect(await iam.send(new ListMFADevicesCommand(ann))).toMatchObject({ MFADevices: [], IsTruncated: false })
  expect(await iam.send(new ListMFADevicesCommand({}))).toMatchObject({ MFADevices: [] })
  expect(await iam.send(new ListSSHPublicKeysCommand(ann))).toMatchObject({ SSHPublicKeys: [] })
  expect(await iam.send(new ListSigningCertificatesCommand(ann))).toMatchObject({ Certificates: [] })
  expect(await iam.send(new ListServiceSpecificCredentialsCommand(ann))).toMatchObject({
    ServiceSpecificCredentials: [],
  })
  expect(await iam.send(new ListVirtualMFADevicesCommand({}))).toMatchObject({ VirtualMFADevices: [] })
  const absent = 'NoSuchEntityException: Login Profile for User ann cannot be found.'
  expect(await fault(iam.send(new GetLoginProfileCommand(ann)))).toBe(absent)
  expect(await fault(iam.send(new DeleteLoginProfileCommand(ann)))).toBe(absent)
})

it('are asked of users who exist, and cannot be made', async () => {
  const { iam } = under
  const nobody = 'NoSuchEntityException: The user with name nobody cannot be found.'
  expect(await fault(iam.send(new ListSSHPublicKeysCommand({ UserName: 'nobody' })))).toBe(nobody)
  expect(await fault(iam.send(new GetLoginProfileCommand({ UserName: 'nobody' })))).toBe(nobody)
  const login = new CreateLoginProfileCommand({ UserName: 'ann', Password: 'Correct-Horse-9' })
  expect(await fault(iam.send(login))).toMatch(/^InvalidAction: /)
})
