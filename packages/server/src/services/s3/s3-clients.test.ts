/** The clients people use, on buckets: aws CLI, boto3, rclone, and the SDK's upload manager. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from '../../testing/external-client.ts'
import { type Ran, runClient } from '../../testing/run-client.ts'
import { sendSigned } from '../../testing/signed-request.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let folder: string
let env: NodeJS.ProcessEnv
const big = randomBytes(17 * 1024 * 1024 + 11)

beforeAll(async () => {
  server = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'scopedown-clients-'))
  // Left to itself the aws CLI's first version presigns with Signature Version 2.
  writeFileSync(join(folder, 'config'), '[default]\ns3 =\n  signature_version = s3v4\n')
  env = { ...clientEnvironment(server.url, server.administrator), AWS_CONFIG_FILE: join(folder, 'config') }
  await server.s3(server.administrator).send(new CreateBucketCommand({ Bucket: 'clients' }))
  mkdirSync(join(folder, 'up/deep/er'), { recursive: true })
  writeFileSync(join(folder, 'up/small.txt'), 'small')
  writeFileSync(join(folder, 'up/empty'), '')
  writeFileSync(join(folder, 'up/deep/er/snow é + %.txt'), 'named')
  writeFileSync(join(folder, 'up/big.bin'), big)
  // S3 keeps whole seconds: a file written in the second of its upload would look newer than its object.
  const minuteAgo = Date.now() / 1000 - 60
  for (const name of ['small.txt', 'empty', 'deep/er/snow é + %.txt', 'big.bin']) {
    utimesSync(join(folder, 'up', name), minuteAgo, minuteAgo)
  }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  rmSync(folder, { recursive: true, force: true })
  await server.remove()
})

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const read = (path: string) => readFileSync(join(folder, path))

function expectSame(down: string) {
  for (const name of ['small.txt', 'empty', 'deep/er/snow é + %.txt', 'big.bin']) {
    expect(sha(read(`${down}/${name}`)), name).toBe(sha(read(`up/${name}`)))
  }
}

describe.skipIf(missingClient('aws', '--version') !== undefined)('the aws CLI', () => {
  const aws = (...args: string[]) => runClient('aws', args, { env, cwd: folder })
  const ok = ({ status, stderr, stdout }: Ran) => {
    expect(stderr).toBe('')
    expect(status).toBe(0)
    return stdout
  }

  it('syncs a folder up and down, and has nothing to do the second time', async () => {
    ok(await aws('s3', 'sync', 'up', 's3://clients/cli/'))
    expect(ok(await aws('s3', 'sync', 'up', 's3://clients/cli/'))).toBe('')
    ok(await aws('s3', 'sync', 's3://clients/cli/', 'down-cli'))
    expectSame('down-cli')
  })

  it('lists with sizes', async () => {
    const listed = ok(await aws('s3', 'ls', 's3://clients/cli/', '--recursive'))
    expect(listed).toContain('deep/er/snow é + %.txt')
    expect(listed).toContain(`${big.length} cli/big.bin`)
  })

  it('copies inside, in parts too, and removes', async () => {
    ok(await aws('s3', 'cp', 's3://clients/cli/big.bin', 's3://clients/cli/copy.bin'))
    ok(await aws('s3', 'cp', 's3://clients/cli/copy.bin', 'copy.bin'))
    expect(sha(read('copy.bin'))).toBe(sha(big))
    ok(await aws('s3', 'rm', 's3://clients/cli/', '--recursive'))
    expect((await aws('s3', 'ls', 's3://clients/cli/')).status).toBe(1)
  })

  it('presigns a URL that a plain client can fetch', async () => {
    ok(await aws('s3', 'cp', 'up/small.txt', 's3://clients/presigned.txt'))
    const url = ok(await aws('s3', 'presign', 's3://clients/presigned.txt')).trim()
    expect(url).toContain('X-Amz-Algorithm=AWS4-HMAC-SHA256')
    expect(await (await fetch(url)).text()).toBe('small')
    const other = await fetch(url.replace('presigned.txt', 'other.txt'))
    expect(other.status).toBe(403)
    expect(await other.text()).toContain('<Code>SignatureDoesNotMatch</Code>')
  })
})

describe.skipIf(missingClient('aws', '--version') !== undefined)('a user limited to one prefix', () => {
  const policy = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::clients/${aws:username}/*' },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: 'arn:aws:s3:::clients',
        Condition: { StringLike: { 's3:prefix': '${aws:username}/*' } },
      },
    ],
  }
  let bea: NodeJS.ProcessEnv
  beforeAll(async () => {
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'bea' }))
    const PolicyDocument = JSON.stringify(policy)
    await iam.send(new PutUserPolicyCommand({ UserName: 'bea', PolicyName: 'own-prefix', PolicyDocument }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bea' }))
    bea = {
      ...env,
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey,
    }
  })

  it('syncs a folder up and down there; elsewhere is denied, and the denial is explained', async () => {
    const aws = (...args: string[]) => runClient('aws', args, { env: bea, cwd: folder })
    expect(await aws('s3', 'sync', 'up', 's3://clients/bea/', '--quiet')).toMatchObject({ status: 0, stderr: '' })
    expect(await aws('s3', 'sync', 's3://clients/bea/', 'down-bea', '--quiet')).toMatchObject({ status: 0, stderr: '' })
    expectSame('down-bea')
    const listed = await aws('s3', 'ls', 's3://clients/')
    expect(listed.status).not.toBe(0)
    expect(listed.stderr).toContain(
      'is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::clients" because no identity-based policy allows the s3:ListBucket action',
    )
    const sent = await aws('s3', 'cp', 'up/small.txt', 's3://clients/ana/small.txt')
    expect(sent.status).toBe(1)
    const id = /authorization id: ([0-9a-z]+)/.exec(sent.stderr)?.[1] ?? ''
    const path = `/authorization-details/${id}`
    const told = await sendSigned(server.url, server.administrator, { method: 'GET', path, service: 'iam' })
    expect(told.status).toBe(200)
    expect(JSON.parse(told.text)).toMatchObject({
      evaluations: [
        {
          action: 's3:PutObject',
          resource: 'arn:aws:s3:::clients/ana/small.txt',
          evaluatedEffect: 'IMPLICIT_DENY',
        },
      ],
    })
  })
})

describe.skipIf(missingClient('python3', '-c', 'import boto3') !== undefined)('boto3', () => {
  const script = `
import boto3, io, json, sys, os
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
folder = sys.argv[1]
s3 = boto3.client('s3')
out = {}
s3.upload_file(folder + '/up/big.bin', 'clients', 'boto/big.bin', Config=TransferConfig(multipart_chunksize=6*1024*1024))
s3.download_file('clients', 'boto/big.bin', folder + '/boto.bin')
for algorithm in ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256']:
    try:
        s3.put_object(Bucket='clients', Key='boto/' + algorithm, Body=b'sum', ChecksumAlgorithm=algorithm)
        got = s3.get_object(Bucket='clients', Key='boto/' + algorithm, ChecksumMode='ENABLED')
        out[algorithm] = [got['Checksum' + algorithm], got['Body'].read().decode()]
    except Exception as error:
        out[algorithm] = [type(error).__name__, str(error)[:80]]
odd = ['boto/odd/../x', 'boto/odd//y', 'boto/odd/./z', 'boto/odd/ü+ %41', 'boto/odd/Case', 'boto/odd/case', 'boto/odd/' + 'k' * 1000, 'boto/odd/\\x01']
for key in odd:
    s3.put_object(Bucket='clients', Key=key, Body=key.encode())
listed = [o['Key'] for page in s3.get_paginator('list_objects_v2').paginate(Bucket='clients', Prefix='boto/odd', PaginationConfig={'PageSize': 3}) for o in page['Contents']]
out['odd'] = sorted(listed) == sorted(odd) and listed == sorted(listed, key=lambda k: k.encode())
out['read'] = all(s3.get_object(Bucket='clients', Key=key)['Body'].read() == key.encode() for key in odd)
s3.delete_objects(Bucket='clients', Delete={'Objects': [{'Key': key} for key in odd[:-1]]})
# XML cannot hold this one.
s3.delete_object(Bucket='clients', Key=odd[-1])
out['left'] = s3.list_objects_v2(Bucket='clients', Prefix='boto/odd')['KeyCount']
for name, call in {
    'missing': lambda: s3.get_object(Bucket='clients', Key='nothing'),
    'bucket': lambda: s3.get_object(Bucket='nobodys', Key='nothing'),
    'acl': lambda: s3.get_bucket_acl(Bucket='clients'),
    'range': lambda: s3.get_object(Bucket='clients', Key='boto/SHA1', Range='bytes=9-'),
}.items():
    try:
        call()
        out[name] = 'allowed'
    except ClientError as error:
        out[name] = error.response['Error']['Code']
v2 = boto3.client('s3', config=Config(signature_version='s3')).generate_presigned_url('get_object', Params={'Bucket': 'clients', 'Key': 'boto/SHA1'})
v4 = boto3.client('s3', config=Config(signature_version='s3v4')).generate_presigned_url('get_object', Params={'Bucket': 'clients', 'Key': 'boto/SHA1'})
out['urls'] = [v2, v4]
print(json.dumps(out))
`

  it('moves files, sums them, keeps odd keys apart, and reads our errors', async () => {
    const { stdout, stderr, status } = await runClient('python3', ['-c', script, folder], { env })
    expect(stderr).toBe('')
    expect(status).toBe(0)
    const { urls, ...out } = JSON.parse(stdout)
    expect(sha(read('boto.bin'))).toBe(sha(big))
    expect(out).toMatchObject({
      CRC32: [expect.stringMatching(/^.{6}==$/), 'sum'],
      SHA1: [createHash('sha1').update('sum').digest('base64'), 'sum'],
      SHA256: [createHash('sha256').update('sum').digest('base64'), 'sum'],
      odd: true,
      read: true,
      left: 0,
      missing: 'NoSuchKey',
      bucket: 'NoSuchBucket',
      acl: 'NotImplemented',
      range: 'InvalidRange',
    })
    const [version2, version4] = await Promise.all(urls.map(async (url: string) => (await fetch(url)).text()))
    expect(version2).toContain('Please use AWS4-HMAC-SHA256')
    expect(version4).toBe('sum')
  })
})

describe.skipIf(missingClient('rclone', 'version') !== undefined)('rclone', () => {
  // Debian's rclone always sends an ACL; with ACLs disabled this is the one that S3 takes.
  const remote = () =>
    `:s3,provider=Other,env_auth=true,region=us-east-1,endpoint='${server.url}',force_path_style=true,acl=bucket-owner-full-control:clients/rclone`
  const rclone = (...args: string[]) =>
    runClient('rclone', [...args, '--config', '/dev/null', '--s3-chunk-size', '5M', '--s3-upload-cutoff', '6M'], {
      env,
      cwd: folder,
    })

  it('copies up and down, checks and purges', async () => {
    for (const args of [
      ['copy', 'up', remote()],
      ['check', 'up', remote()],
      ['copy', remote(), 'down-rclone'],
    ]) {
      const { status, stderr } = await rclone(...args)
      expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' })
    }
    expectSame('down-rclone')
    expect((await rclone('delete', remote())).status).toBe(0)
    expect((await rclone('lsf', remote())).stdout).toBe('')
  })
})

describe('the upload manager of the JavaScript SDK', () => {
  it('sends a stream in parts, and gives it back by range and by part', async () => {
    const s3 = server.s3(server.administrator)
    const Key = 'lib-storage.bin'
    const upload = new Upload({
      client: s3,
      params: { Bucket: 'clients', Key, Body: Readable.from([big.subarray(0, 1_000_000), big.subarray(1_000_000)]) },
    })
    await upload.done()
    const whole = await s3.send(new GetObjectCommand({ Bucket: 'clients', Key }))
    expect(sha((await whole.Body?.transformToByteArray()) ?? new Uint8Array())).toBe(sha(big))
    const parts: Buffer[] = []
    for (let at = 0; at < big.length; at += 5 * 1024 * 1024) parts.push(big.subarray(at, at + 5 * 1024 * 1024))
    const md5s = parts.map((part) => createHash('md5').update(part).digest())
    const etag = `"${createHash('md5').update(Buffer.concat(md5s)).digest('hex')}-${parts.length}"`
    expect(whole.ETag).toBe(etag)
    const across = { Bucket: 'clients', Key, Range: 'bytes=5242870-5242889' }
    const range = await s3.send(new GetObjectCommand(across))
    expect(Buffer.from((await range.Body?.transformToByteArray()) ?? [])).toEqual(big.subarray(5242870, 5242890))
    const last = await s3.send(new HeadObjectCommand({ Bucket: 'clients', Key, PartNumber: parts.length }))
    expect(last).toMatchObject({ PartsCount: parts.length, ContentLength: parts[parts.length - 1]?.length })
    const attributes = await s3.send(
      new GetObjectAttributesCommand({ Bucket: 'clients', Key, ObjectAttributes: ['ObjectSize', 'ObjectParts'] }),
    )
    expect(attributes).toMatchObject({ ObjectSize: big.length, ObjectParts: { TotalPartsCount: parts.length } })
    expect(attributes.ObjectParts?.Parts?.map(({ Size }) => Size)).toEqual(parts.map(({ length }) => length))
    expect(attributes.ObjectParts?.Parts?.map(({ ChecksumCRC32 }) => ChecksumCRC32)).toEqual(
      parts.map((part) => Buffer.from(crc32(part).toString(16).padStart(8, '0'), 'hex').toString('base64')),
    )
    const page = { Bucket: 'clients', Key, ObjectAttributes: ['ObjectParts' as const] }
    const second = await s3.send(new GetObjectAttributesCommand({ ...page, MaxParts: 2, PartNumberMarker: '1' }))
    expect(second.ObjectParts).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '3' })
    expect(second.ObjectParts?.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([2, 3])
  })
})
