/** The settings that CreateServer and UpdateServer take: which are kept, which are refused, and what they ask. API reference, CreateServer. */

import { passRole, type Requirement } from '../../kernel/requirement.ts'
import { invalidRequest, notOffered } from './faults.ts'
import type { TransferInput } from './operation.ts'
import { defaultSecurityPolicy, securityPolicy } from './security-policies.ts'
import { retiredPolicies } from './security-policy-tables.ts'
import type { ServerSettings } from './server-rows.ts'

export const passedTo = 'transfer.amazonaws.com'

type CreateInput = TransferInput<'CreateServer'>
type UpdateInput = TransferInput<'UpdateServer'>

/** `iam:PassRole` on each role that the request hands over. */
export function passedRoles(input: Omit<UpdateInput, 'ServerId'>): Requirement[] {
  const executions = [...(input.WorkflowDetails?.OnUpload ?? []), ...(input.WorkflowDetails?.OnPartialUpload ?? [])]
  const roles = [
    input.LoggingRole,
    input.IdentityProviderDetails?.InvocationRole,
    ...executions.map(({ ExecutionRole }) => ExecutionRole),
  ]
  return [...new Set(roles)]
    .filter((role) => role !== undefined && role !== '')
    .map((role) => passRole(role ?? '', passedTo))
}

/** Condition keys. Service Authorization Reference, "AWS Transfer Family". */
export function requestKeys(
  input: Omit<UpdateInput, 'ServerId'> & { readonly Domain?: string | undefined },
  create: boolean,
) {
  return {
    ...(create ? { 'transfer:RequestServerDomain': input.Domain ?? 'S3' } : {}),
    ...(input.EndpointType === undefined && !create
      ? {}
      : { 'transfer:RequestServerEndpointType': input.EndpointType ?? 'PUBLIC' }),
    ...(input.Protocols === undefined && !create
      ? {}
      : { 'transfer:RequestServerProtocols': input.Protocols ?? ['SFTP'] }),
    ...(input.SecurityPolicyName === undefined && !create
      ? {}
      : { 'transfer:RequestSecurityPolicyName': input.SecurityPolicyName ?? defaultSecurityPolicy }),
  }
}

/** What this server does not do is said, never passed over. */
function refuseUnoffered(input: Omit<UpdateInput, 'ServerId'>): void {
  const { WorkflowDetails: workflows } = input
  if (input.Protocols?.some((protocol) => protocol !== 'SFTP')) throw notOffered('A protocol other than SFTP')
  if (input.EndpointType !== undefined && input.EndpointType !== 'PUBLIC') {
    throw notOffered(`EndpointType ${input.EndpointType}`)
  }
  if (input.EndpointDetails !== undefined && Object.keys(input.EndpointDetails).length > 0) {
    throw invalidRequest('EndpointDetails do not go with EndpointType PUBLIC.')
  }
  if (input.Certificate) throw notOffered('A certificate, which FTPS would use,')
  if (workflows?.OnUpload?.length || workflows?.OnPartialUpload?.length) throw notOffered('A workflow on upload')
  if (input.IpAddressType === 'DUALSTACK') throw notOffered('IpAddressType DUALSTACK')
  if (input.ProtocolDetails?.As2Transports !== undefined) throw notOffered('AS2')
}

function checkProvider(type: string, details: ServerSettings['IdentityProviderDetails']): void {
  if (type === 'SERVICE_MANAGED') {
    const { SftpAuthenticationMethods: methods, ...rest } = details ?? {}
    if (Object.values(rest).some((value) => value) || (methods !== undefined && methods !== 'PUBLIC_KEY')) {
      throw invalidRequest('IdentityProviderDetails do not go with IdentityProviderType SERVICE_MANAGED.')
    }
    return
  }
  if (type === 'AWS_LAMBDA' && !details?.Function) throw invalidRequest('AWS_LAMBDA needs a Function.')
  if (type === 'API_GATEWAY' && !(details?.Url && details.InvocationRole)) {
    throw invalidRequest('API_GATEWAY needs a Url and an InvocationRole.')
  }
  if (type === 'API_GATEWAY' && !/^https?:\/\/[^\s/?#]+[^\s?#]*$/.test(details?.Url ?? '')) {
    throw invalidRequest('The Url must be an http or https URL without a query.')
  }
  if (type === 'AWS_DIRECTORY_SERVICE' && !details?.DirectoryId) {
    throw invalidRequest('AWS_DIRECTORY_SERVICE needs a DirectoryId.')
  }
}

function checkPolicyName(name: string): string {
  if (retiredPolicies.has(name)) {
    throw invalidRequest(`${name} is deprecated and not offered; TransferSecurityPolicy-2025-03 takes its place.`)
  }
  if (securityPolicy(name) === undefined) throw invalidRequest(`${name} is not a security policy.`)
  return name
}

export function newSettings(input: CreateInput): ServerSettings {
  refuseUnoffered(input)
  const IdentityProviderType = input.IdentityProviderType ?? 'SERVICE_MANAGED'
  checkProvider(IdentityProviderType, input.IdentityProviderDetails)
  return {
    Domain: input.Domain ?? 'S3',
    EndpointType: 'PUBLIC',
    IdentityProviderType,
    Protocols: input.Protocols ?? ['SFTP'],
    SecurityPolicyName: checkPolicyName(input.SecurityPolicyName ?? defaultSecurityPolicy),
    ...changes(input),
  }
}

export function changedSettings(old: ServerSettings, input: UpdateInput): ServerSettings {
  refuseUnoffered(input)
  const type = input.IdentityProviderType ?? old.IdentityProviderType
  if ((type === 'SERVICE_MANAGED') !== (old.IdentityProviderType === 'SERVICE_MANAGED')) {
    throw invalidRequest('A server cannot be changed between SERVICE_MANAGED and another identity provider.')
  }
  const details =
    input.IdentityProviderDetails === undefined
      ? old.IdentityProviderDetails
      : { ...old.IdentityProviderDetails, ...input.IdentityProviderDetails }
  checkProvider(type, details)
  return {
    ...old,
    ...changes(input),
    IdentityProviderType: type,
    ...(details === undefined ? {} : { IdentityProviderDetails: details }),
    ...(input.Protocols === undefined ? {} : { Protocols: input.Protocols }),
    ...(input.SecurityPolicyName === undefined
      ? {}
      : { SecurityPolicyName: checkPolicyName(input.SecurityPolicyName) }),
  }
}

/** Those that are taken as they are; an empty logging role takes the old one away. */
function changes(input: Omit<UpdateInput, 'ServerId'>): Partial<ServerSettings> {
  const kept: Record<string, unknown> = {}
  for (const name of [
    'IdentityProviderDetails',
    'LoggingRole',
    'PreAuthenticationLoginBanner',
    'PostAuthenticationLoginBanner',
    'ProtocolDetails',
    'StructuredLogDestinations',
    'S3StorageOptions',
  ] as const) {
    if (input[name] !== undefined) kept[name] = input[name]
  }
  return kept
}
