// SFTP beside OpenSSH's sshd with internal-sftp, on this machine, in one run: 512 MiB up and down with two ciphers, small files
// by rclone, logins. Needs sftp, rclone and /usr/sbin/sshd. `npm run bench:sftp [-- MEBIBYTES [FILES]]`.

import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateServerCommand, CreateUserCommand, DescribeServerCommand, TransferClient } from '@aws-sdk/client-transfer'
import { startServer } from '../packages/server/dist/index.js'

const mebibytes = Number(process.argv[2] ?? 512)
const files = Number(process.argv[3] ?? 10_000)
const logins = 20
const rounds = 3
const account = '123456789012'
const bucket = 'bench'
const work = mkdtempSync(join(tmpdir(), 'scopedown-bench-sftp-'))

if (process.env.SCOPEDOWN_BENCH_SERVER === '1') {
  // The server's own process: the clients below must not share its thread.
  const server = await startServer({ port: 0, sftpPort: 0, data: process.argv[2], log: () => {} })
  process.stdout.write(`${JSON.stringify({ url: server.url, credentials: server.credentialsFile })}\n`)
  process.once('SIGTERM', () => server.close().then(() => process.exit(0)))
  await new Promise(() => {})
}

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

function key(name) {
  const file = join(work, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return file
}

async function scopedown(clientKey) {
  const data = join(work, 'data')
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), data], {
    env: { ...process.env, SCOPEDOWN_BENCH_SERVER: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
  const { url, credentials } = JSON.parse(line)
  const text = readFileSync(credentials, 'utf8')
  const value = (name) => new RegExp(`^${name} = (.+)$`, 'm').exec(text)[1]
  const sdk = {
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
  }
  const document = (...Statement) => JSON.stringify({ Version: '2012-10-17', Statement })
  const allow = (Resource) => document({ Effect: 'Allow', Action: 's3:*', Resource })
  const iam = new IAMClient(sdk)
  const trust = document({
    Effect: 'Allow',
    Principal: { Service: 'transfer.amazonaws.com' },
    Action: 'sts:AssumeRole',
  })
  await iam.send(new CreateRoleCommand({ RoleName: 'bench', AssumeRolePolicyDocument: trust }))
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'bench', PolicyName: 'p', PolicyDocument: allow(`arn:aws:s3:::${bucket}*`) }),
  )
  await new S3Client({ ...sdk, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }))
  const transfer = new TransferClient(sdk)
  // The policy that has chacha20 too.
  const { ServerId } = await transfer.send(
    new CreateServerCommand({ SecurityPolicyName: 'TransferSecurityPolicy-2018-11' }),
  )
  await transfer.send(
    new CreateUserCommand({
      ServerId,
      UserName: 'bench',
      Role: `arn:aws:iam::${account}:role/bench`,
      HomeDirectory: `/${bucket}/\${transfer:UserName}`,
      Policy: allow([`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/\${transfer:UserName}/*`]),
      SshPublicKeyBody: readFileSync(`${clientKey}.pub`, 'utf8').trim(),
    }),
  )
  const { Server } = await transfer.send(new DescribeServerCommand({ ServerId }))
  const endpoint = Server.Tags.find(({ Key }) => Key === 'aws:scopedown:endpoint').Value
  const port = Number(endpoint.split(':')[1])
  return { name: 'scopedown', port, user: 'bench', home: `/${bucket}/bench`, stop: () => child.kill('SIGTERM') }
}

async function openssh(clientKey) {
  const port = await freePort()
  const home = join(work, 'sshd-home')
  mkdirSync(home)
  mkdirSync('/run/sshd', { recursive: true })
  const authorized = join(work, 'authorized')
  writeFileSync(authorized, readFileSync(`${clientKey}.pub`), { mode: 0o600 })
  const config = join(work, 'sshd_config')
  writeFileSync(
    config,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${key('host')}\nAuthorizedKeysFile ${authorized}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nSubsystem sftp internal-sftp\nPidFile none\nMaxStartups 100\n`,
  )
  const child = spawn('/usr/sbin/sshd', ['-D', '-f', config], { stdio: 'ignore' })
  for (let left = 50; left > 0; left -= 1) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true))
      socket.on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (open) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { name: 'sshd', port, user: userInfo().username, home, stop: () => child.kill('SIGTERM') }
}

const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'IdentitiesOnly=yes']

function seconds(run) {
  const from = process.hrtime.bigint()
  run()
  return Number(process.hrtime.bigint() - from) / 1e9
}

function sftp(target, clientKey, cipher, batch) {
  const args = [
    '-i',
    clientKey,
    '-P',
    String(target.port),
    '-b',
    '-',
    ...[...options, `Ciphers=${cipher}`].flatMap((o) => ['-o', o]),
  ]
  return seconds(() =>
    execFileSync('sftp', [...args, `${target.user}@127.0.0.1`], {
      input: batch,
      cwd: work,
      stdio: ['pipe', 'ignore', 'inherit'],
    }),
  )
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

const clientKey = key('client')
writeFileSync(join(work, 'large'), randomBytes(mebibytes << 20))
const many = join(work, 'many')
mkdirSync(many)
for (let index = 0; index < files; index += 1) writeFileSync(join(many, `f${index}`), `${index}`)
const targets = [await openssh(clientKey), await scopedown(clientKey)]
const rows = []
const measure = (what, unit, better, take) => {
  const taken = new Map(targets.map(({ name }) => [name, []]))
  // In turn, so that what else happens on the machine meets both.
  for (let round = 0; round < (what.startsWith('rclone') ? 1 : rounds); round += 1) {
    for (const target of targets) taken.get(target.name).push(take(target))
  }
  const [theirs, ours] = targets.map(({ name }) => median(taken.get(name)))
  rows.push({
    what,
    unit,
    sshd: +theirs.toFixed(1),
    scopedown: +ours.toFixed(1),
    ratio: +(better === 'more' ? ours / theirs : theirs / ours).toFixed(2),
  })
  console.log(`${what}: sshd ${theirs.toFixed(1)}, scopedown ${ours.toFixed(1)} ${unit} (${rows.at(-1).ratio}x)`)
}
try {
  for (const cipher of ['aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com']) {
    measure(
      `upload ${cipher}`,
      'MiB/s',
      'more',
      (t) => mebibytes / sftp(t, clientKey, cipher, `put large ${t.home}/large\n`),
    )
    measure(
      `download ${cipher}`,
      'MiB/s',
      'more',
      (t) => mebibytes / sftp(t, clientKey, cipher, `get ${t.home}/large back\n`),
    )
  }
  measure('logins one after the other', '1/s', 'more', (t) => {
    const taken = seconds(() => {
      for (let left = logins; left > 0; left -= 1) sftp(t, clientKey, 'aes128-gcm@openssh.com', 'pwd\n')
    })
    return logins / taken
  })
  const rclone = (t, ...args) => {
    const flags = [
      '--sftp-host',
      '127.0.0.1',
      '--sftp-port',
      t.port,
      '--sftp-user',
      t.user,
      '--sftp-key-file',
      clientKey,
      '--sftp-shell-type',
      'none',
      '--sftp-set-modtime=false',
      '--config',
      '/dev/null',
      '--transfers',
      '4',
      '--checkers',
      '4',
    ]
    return seconds(() =>
      execFileSync('rclone', [...flags.map(String), ...args], { stdio: ['ignore', 'ignore', 'inherit'] }),
    )
  }
  measure(
    `rclone uploads ${files} small files`,
    '1/s',
    'more',
    (t) => files / rclone(t, 'copy', many, `:sftp:${t.home}/many`),
  )
  measure(`rclone lists ${files} files`, '1/s', 'more', (t) => files / rclone(t, 'lsf', `:sftp:${t.home}/many`))
  measure(`rclone downloads ${files} small files`, '1/s', 'more', (t) => {
    const to = mkdtempSync(join(work, 'down-'))
    return files / rclone(t, 'copy', `:sftp:${t.home}/many`, to)
  })
} finally {
  for (const target of targets) target.stop()
  mkdirSync('bench-results', { recursive: true })
  writeFileSync(
    'bench-results/sftp.json',
    `${JSON.stringify({ mebibytes, files, rounds, node: process.version, rows }, null, 2)}\n`,
  )
  setTimeout(() => rmSync(work, { recursive: true, force: true }), 1000)
}
