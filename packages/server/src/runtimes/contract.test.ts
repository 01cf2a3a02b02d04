/** What every statement runtime must do. Those that this machine lacks are skipped, with the reason; in CI that is a failure. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSparkConnect } from '../testing/spark-connect.ts'
import { PyodideRuntime } from './pyodide/pyodide.ts'
import { PythonRuntime } from './python/python.ts'
import { sparkRuntime } from './python/spark.ts'
import {
  defaultLimits,
  type Gateway,
  type RuntimeSession,
  type SessionStart,
  type StatementRuntime,
} from './runtime.ts'

const limits = {
  ...defaultLimits,
  outputBytes: 10_000,
  cancelGraceMs: 1500,
  processes: 40,
  memoryBytes: 512 * 1024 ** 2,
  fileBytes: 64 * 1024 ** 2,
}

const credentials = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  Token: 'token',
  Expiration: '2099-01-01T00:00:00Z',
  RoleArn: 'arn:aws:iam::123456789012:role/runtime',
}
const gateway: Gateway = {
  credentials: async () => credentials,
  forward: (request, response) => {
    response.end(`${request.method} ${request.url} for ${request.headers.host}`)
  },
}

const start = (extra: Partial<SessionStart> = {}): SessionStart => ({
  label: 'test',
  arguments: ['--SESSION_ID', 'x'],
  region: 'eu-west-1',
  gateway: undefined,
  limits,
  ...extra,
})

const sparkPython = process.env.SCOPEDOWN_TEST_SPARK_PYTHON ?? 'python3'
const cache = mkdtempSync(join(tmpdir(), 'scopedown-cache-'))
const pyodide = new PyodideRuntime({ cache })
const [cluster] = await Promise.all([startSparkConnect(sparkPython), pyodide.prepare()])
afterAll(async () => {
  rmSync(cache, { recursive: true })
  if (typeof cluster !== 'string') await cluster.stop()
})
const remote = typeof cluster === 'string' ? 'sc://127.0.0.1:1' : cluster.remote
const contestants: readonly { readonly name: string; readonly runtime: StatementRuntime; readonly missing?: string }[] =
  [
    { name: 'python', runtime: new PythonRuntime() },
    { name: 'spark', runtime: sparkRuntime({ command: sparkPython }, undefined) },
    {
      name: 'spark, behind Spark Connect',
      runtime: sparkRuntime({ command: sparkPython }, remote),
      ...(typeof cluster === 'string' ? { missing: cluster } : {}),
    },
    { name: 'pyodide', runtime: pyodide },
  ]

/** Spark starts in seconds where nothing else runs. */
const patience = 300_000

for (const { name, runtime, missing } of contestants) {
  const state = missing === undefined ? await runtime.available() : { ok: false as const, reason: missing }
  if (!state.ok) console.log(`skipped: runtime ${name}: ${state.reason}`)
  describe.skipIf(!state.ok)(`runtime ${name}`, { timeout: patience }, () => {
    let session: RuntimeSession
    const text = async (code: string) => {
      const outcome = await session.run(code)
      if (outcome.status === 'error') throw new Error(outcome.traceback.join(''))
      return outcome.text
    }
    beforeAll(async () => {
      session = await runtime.start(start())
    }, patience)
    afterAll(() => session.stop())

    it('echoes the last expression, unless it is None', async () => {
      expect(await text('1 + 1')).toBe('2\n')
      expect(await text('print("a"); "b"')).toBe("a\n'b'\n")
      expect(await text('None')).toBe('')
      expect(await text('')).toBe('')
    })

    it('keeps one namespace from statement to statement', async () => {
      await text('x = 20\ndef twice(n):\n    return 2 * n')
      expect(await text('twice(x) + 2')).toBe('42\n')
    })

    it('gives standard output and error in order', async () => {
      expect(await text('import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)')).toBe('1\n2\n3\n')
    })

    it('carries unicode both ways, and whatever bytes code writes', async () => {
      expect(await text('print("대화형 🦆 é")')).toBe('대화형 🦆 é\n')
      expect(await text('import sys\n_ = sys.stdout.buffer.write(b"\\xff\\x00ok")')).toBe('\ufffd\ufffdok')
    })

    it('reports what code raises, with a traceback of its own lines', async () => {
      const outcome = await session.run('def f():\n    return 1 / 0\nprint("before")\nf()')
      expect(outcome).toMatchObject({
        status: 'error',
        name: 'ZeroDivisionError',
        value: 'division by zero',
        text: 'before\n',
      })
      const traceback = outcome.status === 'error' ? outcome.traceback.join('') : ''
      expect(traceback).toContain('return 1 / 0')
      expect(traceback).not.toContain('runner')
    })

    it.each([
      ['x = ', 'SyntaxError'],
      ['import sys\nsys.exit(3)', 'SystemExit'],
      ['class Bad(Exception):\n    def __str__(self):\n        raise ValueError\nraise Bad', 'Bad'],
      ['def deep():\n    deep()\ndeep()', 'RecursionError'],
    ])('answers for %j and goes on', async (code, name) => {
      expect(await session.run(code)).toMatchObject({ status: 'error', name })
      expect(await text('"alive"')).toBe("'alive'\n")
    })

    it('bounds the output and says so', async () => {
      const output = await text('for n in range(3000):\n    print("x" * 100)')
      expect(output.length).toBeLessThan(10_200)
      expect(output).toMatch(/… 293000 more bytes of output were dropped\n$/)
    })

    it('gives code its arguments and no input', async () => {
      expect(await text('import sys\nsys.argv[1:]')).toBe("['--SESSION_ID', 'x']\n")
      expect(await session.run('input()')).toMatchObject({ name: 'EOFError' })
    })

    it('interrupts a busy loop, a sleep and a flood of output with KeyboardInterrupt', async () => {
      const flood = 'while True:\n    print("x" * 1000)'
      for (const code of ['while True:\n    pass', 'import time\ntime.sleep(60)', flood]) {
        const running = session.run(code)
        setTimeout(() => session.interrupt(), 200)
        expect(await running).toMatchObject({ status: 'error', name: 'KeyboardInterrupt' })
      }
      expect(await text('"alive"')).toBe("'alive'\n")
    })

    it('ends when told to, and tells why to whoever waits', async () => {
      const other = await runtime.start(start())
      const running = other.run('while True:\n    pass')
      const told = expect(running).rejects.toThrow('the session was stopped')
      await other.stop()
      await told
      expect(await other.ended).toBe('the session was stopped')
      await expect(other.run('1')).rejects.toThrow('ended')
    })
  })
}

it('keeps what it compiled of Python’s library', () => {
  expect(readdirSync(cache)).toEqual([expect.stringMatching(/^pyodide-[\d.]+\.zip$/)])
})

const python = new PythonRuntime()
const sandboxed = await python.available()

describe.skipIf(!sandboxed.ok)('code in the sandbox', () => {
  let session: RuntimeSession
  beforeAll(async () => {
    session = await python.start(start({ gateway }))
  })
  afterAll(() => session.stop())
  const run = (code: string) => session.run(code)
  const text = async (code: string) => (await run(code)).text

  it("cannot read the server's files, environment or other processes", async () => {
    const mine = readFileSync('/etc/hostname', 'utf8')
    for (const path of ['/etc/shadow', '/etc/hostname', '/root/.ssh', '/home', process.cwd(), import.meta.dirname]) {
      expect(
        await run(
          `import os\nos.listdir(${JSON.stringify(path)}) if os.path.isdir(${JSON.stringify(path)}) else open(${JSON.stringify(path)}).read()`,
        ),
      ).toMatchObject({ status: 'error' })
    }
    expect(await text('import socket; socket.gethostname()')).not.toContain(mine.trim())
    const seen = await text('import os\nsorted(os.environ)')
    for (const name of Object.keys(process.env).filter((key) => /NODE|VITEST|NPM/i.test(key)))
      expect(seen).not.toContain(`'${name}'`)
    expect(await text('import os\nlen([p for p in os.listdir("/proc") if p.isdigit()]) < 6')).toBe('True\n')
  })

  it('has no network but an empty loopback', async () => {
    const listener = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => listener.once('listening', resolve))
    const { port } = listener.address() as AddressInfo
    expect(await run(`import socket\nsocket.create_connection(("127.0.0.1", ${port}), 2)`)).toMatchObject({
      name: 'ConnectionRefusedError',
    })
    expect(await run('socket.create_connection(("192.0.2.1", 80), 2)')).toMatchObject({ name: 'OSError' })
    listener.close()
  })

  it('writes to its temporary directory alone', async () => {
    expect(await text('open("/tmp/x", "w").write("abc")')).toBe('3\n')
    for (const path of ['/x', '/usr/lib/x', '/run/x']) {
      expect(await run(`open(${JSON.stringify(path)}, "w")`)).toMatchObject({ status: 'error' })
    }
  })

  it('has no privilege to regain', async () => {
    expect(await text('import os\nos.getuid() != 0')).toBe('True\n')
    expect(await run('os.setuid(0)')).toMatchObject({ name: 'PermissionError' })
    expect(await text('[l.split()[1] for l in open("/proc/self/status") if l.startswith("CapEff")]')).toBe(
      "['0000000000000000']\n",
    )
  })

  it('reaches the server through its gateway, with its token for the credentials', async () => {
    const get =
      'import os, urllib.request as u\ndef get(path, headers={}):\n    return u.urlopen(u.Request(os.environ["AWS_ENDPOINT_URL"] + path, headers=headers)).read().decode()'
    await run(get)
    expect(await text('print(get("/bucket/key"))')).toMatch(/^GET \/bucket\/key for 127\.0\.0\.1:\d+\n$/)
    expect(await run('get("/v1/creds")')).toMatchObject({ name: 'HTTPError', value: 'HTTP Error 401: Unauthorized' })
    const seen = await text(
      'print(get("/v1/creds", {"Authorization": os.environ["AWS_CONTAINER_AUTHORIZATION_TOKEN"]}))',
    )
    expect(JSON.parse(seen)).toEqual(credentials)
  })

  it('runs out of processes, memory and disk before the host does', async () => {
    const fork =
      'import os, time\nn = 0\ntry:\n    while n < 5000:\n        if os.fork() == 0:\n            time.sleep(2); os._exit(0)\n        n += 1\nexcept OSError as e:\n    print(type(e).__name__, n < 41)'
    expect(await text(fork)).toBe('BlockingIOError True\n')
    expect(await run('x = bytearray(2 * 1024 ** 3)')).toMatchObject({ name: 'MemoryError' })
    expect(await run('open("/tmp/big", "wb").write(bytes(65 * 1024 ** 2))')).toMatchObject({ name: 'OSError' })
    expect(await text('"alive"')).toBe("'alive'\n")
  })

  it('ends when its processes together take more memory than a session may', async () => {
    const other = await python.start(start())
    const hog = `
import os, time
for n in range(12):
    if os.fork() == 0:
        block = bytearray(b"x") * (80 * 1024 ** 2)
        time.sleep(60)
time.sleep(60)`
    await expect(other.run(hog)).rejects.toThrow('the session used more than 512 MiB of memory')
    await other.ended
    expect(await text('"alive"')).toBe("'alive'\n")
  })

  it('fails alone when it kills, closes or floods what it was given', async () => {
    for (const [code, said] of [
      ['import os, signal\nos.kill(os.getpid(), signal.SIGKILL)', 'ended'],
      ['import os\nos._exit(7)', 'status 7'],
      ['import os\nos.write(4, b"nonsense\\n")', 'cannot be read'],
      ['import os\nwhile True: os.write(4, b"x" * 65536)', 'beyond all bounds'],
    ] as const) {
      const other = await python.start(start())
      await expect(other.run(code)).rejects.toThrow(said)
      await other.ended
    }
    expect(await text('"alive"')).toBe("'alive'\n")
  })

  it('is killed when it does not heed an interrupt', async () => {
    const other = await python.start(start())
    const running = other.run(
      'import time\nwhile True:\n    try:\n        time.sleep(60)\n    except KeyboardInterrupt:\n        pass',
    )
    setTimeout(() => other.interrupt(), 100)
    await expect(running).rejects.toThrow('did not end when it was cancelled')
    await other.ended
  })
})
