// SFTP beside OpenSSH's sshd with internal-sftp, on this machine, in one run: a large file up and down with two ciphers, a large
// folder listed, logins, small files by rclone. Needs sftp, rclone and /usr/sbin/sshd. `npm run bench:sftp`; smaller runs by
//   SCOPEDOWN_BENCH_MEBIBYTES=64 SCOPEDOWN_BENCH_FILES=1000 SCOPEDOWN_BENCH_ENTRIES=10000 SCOPEDOWN_BENCH_ROUNDS=1
//   SCOPEDOWN_BENCH_ONLY='upload|lists' (a pattern of the measures' names)
//   SCOPEDOWN_BENCH_PROFILE=FOLDER (a processor profile of the server)
// Contestants take turns, and the server's processor time is shown beside the clock, which other programs disturb more.

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, hasChildren } from './sftp/cpu.mjs'
import { startOpenssh } from './sftp/openssh.mjs'
import { startScopedown } from './sftp/scopedown.mjs'

const setting = (name, usual) => Number(process.env[`SCOPEDOWN_BENCH_${name}`] ?? usual)
const mebibytes = setting('MEBIBYTES', 512)
const files = setting('FILES', 10_000)
const entries = setting('ENTRIES', 100_000)
const rounds = setting('ROUNDS', 3)
const only = new RegExp(process.env.SCOPEDOWN_BENCH_ONLY ?? '')
const logins = 20
const work = mkdtempSync(join(process.env.SCOPEDOWN_BENCH_FOLDER ?? tmpdir(), 'scopedown-bench-sftp-'))

function key(name) {
  const file = join(work, name)
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file])
  return file
}

const clientKey = key('client')
writeFileSync(join(work, 'large'), randomBytes(mebibytes << 20))
const many = join(work, 'many')
mkdirSync(many)
for (let index = 0; index < files; index += 1) writeFileSync(join(many, `f${index}`), `${index}`)

const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'IdentitiesOnly=yes']
const aes = 'aes128-gcm@openssh.com'

function sftp(target, cipher, batch) {
  const args = ['-i', clientKey, '-P', String(target.port), '-b', '-']
  args.push(...[...options, `Ciphers=${cipher}`].flatMap((option) => ['-o', option]))
  execFileSync('sftp', [...args, `${target.user}@127.0.0.1`], {
    input: batch,
    cwd: work,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
}

function rclone(target, ...args) {
  const flags = {
    'sftp-host': '127.0.0.1',
    'sftp-port': target.port,
    'sftp-user': target.user,
    'sftp-key-file': clientKey,
    'sftp-shell-type': 'none',
    config: '/dev/null',
    transfers: 4,
    checkers: 4,
  }
  const all = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])
  execFileSync('rclone', [...all, '--sftp-set-modtime=false', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Work with what it moves, in units; `once`: it is long, or cannot be repeated. */
const measures = [
  ...[aes, 'chacha20-poly1305@openssh.com'].flatMap((cipher) => [
    {
      what: `upload ${cipher}`,
      unit: 'MiB',
      count: mebibytes,
      run: (t) => sftp(t, cipher, `put large ${t.home}/large\n`),
    },
    {
      what: `download ${cipher}`,
      unit: 'MiB',
      count: mebibytes,
      run: (t) => sftp(t, cipher, `get ${t.home}/large back\n`),
    },
  ]),
  {
    what: `sftp lists ${entries} entries`,
    unit: 'entries',
    count: entries,
    run: (t) => sftp(t, aes, `ls -1f ${t.home}/listed\n`),
  },
  {
    what: 'logins one after the other',
    unit: 'logins',
    count: logins,
    run: (t) => {
      for (let left = logins; left > 0; left -= 1) sftp(t, aes, 'pwd\n')
    },
  },
  {
    what: `rclone uploads ${files} small files`,
    unit: 'files',
    count: files,
    once: true,
    run: (t) => rclone(t, 'copy', many, `:sftp:${t.home}/many`),
  },
  {
    what: `rclone lists ${files} small files`,
    unit: 'files',
    count: files,
    run: (t) => rclone(t, 'lsf', `:sftp:${t.home}/many`),
  },
  {
    what: `rclone downloads ${files} small files`,
    unit: 'files',
    count: files,
    once: true,
    run: (t) => rclone(t, 'copy', `:sftp:${t.home}/many`, mkdtempSync(join(work, 'down-'))),
  },
]

async function timed(target, { run, count }) {
  const cpu = cpuSeconds(target.pid)
  const from = process.hrtime.bigint()
  run(target)
  const seconds = Number(process.hrtime.bigint() - from) / 1e9
  // sshd's work is done by children of it, which count once they are gone.
  for (let left = 200; left > 0 && hasChildren(target.pid); left -= 1) await new Promise((done) => setTimeout(done, 10))
  return { rate: count / seconds, microseconds: ((cpuSeconds(target.pid) - cpu) / count) * 1e6 }
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const load = () => loadavg()[0].toFixed(1)

const scopedown = await startScopedown({ work, clientKey, entries, profile: process.env.SCOPEDOWN_BENCH_PROFILE })
const targets = [await startOpenssh({ work, clientKey, hostKey: key('host'), entries }), scopedown]
const rows = []
try {
  for (const measure of measures.filter(({ what }) => only.test(what))) {
    const taken = new Map(targets.map(({ name }) => [name, []]))
    // In turn, so that what else happens on the machine meets both.
    for (let round = 0; round < (measure.once ? 1 : rounds); round += 1) {
      for (const target of targets) taken.get(target.name).push(await timed(target, measure))
    }
    const { what, unit } = measure
    const [theirs, ours] = targets.map(({ name }) => ({
      rate: median(taken.get(name).map(({ rate }) => rate)),
      microseconds: median(taken.get(name).map(({ microseconds }) => microseconds)),
    }))
    const ratio = ours.rate / theirs.rate
    rows.push({ what, unit, sshd: theirs, scopedown: ours, ratio, load: load() })
    const shown = ({ rate, microseconds }) => `${rate.toFixed(0)} ${unit}/s (${microseconds.toFixed(0)} µs of CPU each)`
    console.log(`${what}: sshd ${shown(theirs)}, scopedown ${shown(ours)}: ${ratio.toFixed(2)}x, load ${load()}`)
  }
} finally {
  for (const target of targets) target.stop()
  mkdirSync('bench-results', { recursive: true })
  const results = { mebibytes, files, entries, rounds, node: process.version, rows }
  writeFileSync('bench-results/sftp.json', `${JSON.stringify(results, null, 2)}\n`)
  setTimeout(() => rmSync(work, { recursive: true, force: true }), 3000)
}
