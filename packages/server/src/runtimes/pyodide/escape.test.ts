/** Code in a Pyodide session that tries to get out, with no sandbox around it: what holds on macOS and Windows. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultLimits, type RuntimeSession } from '../runtime.ts'
import { PyodideRuntime } from './pyodide.ts'

const limits = { ...defaultLimits, memoryBytes: 256 * 1024 ** 2, outputBytes: 100_000, cancelGraceMs: 1000 }
const start = (runtime: PyodideRuntime) =>
  runtime.start({ label: 'test', arguments: [], region: 'eu-west-1', gateway: undefined, limits })

describe.each(['never', 'where possible'] as const)('pyodide, sandboxed %s', (sandbox) => {
  let session: RuntimeSession
  let folder: string
  let hits = 0
  const listener = createServer((_, response) => {
    hits += 1
    response.end()
  })
  beforeAll(async () => {
    process.env.SCOPEDOWN_CANARY = 'canary-in-the-environment'
    folder = mkdtempSync(join(tmpdir(), 'canary-'))
    mkdirSync(join(folder, 'x'))
    writeFileSync(join(folder, 'secret'), 'canary-in-a-file')
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    session = await start(new PyodideRuntime({ sandbox }))
  })
  afterAll(async () => {
    delete process.env.SCOPEDOWN_CANARY
    rmSync(folder, { recursive: true })
    await session.stop()
    listener.close()
  })
  const run = async (code: string) => {
    const outcome = await session.run(code)
    return outcome.status === 'ok' ? outcome.text : `${outcome.text}${outcome.name}: ${outcome.value}`
  }

  it('sees no file, environment or process of the server', async () => {
    expect(await run(`open(${JSON.stringify(join(folder, 'secret'))}).read()`)).toMatch(/^FileNotFoundError/)
    expect(await run('import os\nsorted(os.listdir("/")), sorted(os.listdir("/tmp")), dict(os.environ)')).not.toMatch(
      /canary|NODE|VITEST|\/root/,
    )
    for (const code of ['os.fork()', 'import subprocess\nsubprocess.run(["ls"])', 'os.system("ls")'])
      expect(await run(code)).toMatch(/Error|-1|not found|emscripten/)
    expect(await run('import ctypes\nctypes.CDLL(None).getpid()')).not.toBe(`${process.pid}\n`)
  })

  it('has no way to the network', async () => {
    const { port } = listener.address() as AddressInfo
    const tries = [
      `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 2)`,
      `import urllib.request\nurllib.request.urlopen("http://127.0.0.1:${port}/", timeout=2)`,
      `from pyodide.http import open_url\nopen_url("http://127.0.0.1:${port}/")`,
      `from js import fetch\nfetch("http://127.0.0.1:${port}/")`,
      `from js import XMLHttpRequest, WebSocket`,
    ]
    for (const code of tries) expect(await run(code), code).toMatch(/Error|JsException/)
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(hits).toBe(0)
  })

  it('runs no JavaScript that it is given', async () => {
    const tries = [
      'from pyodide.code import run_js\nrun_js("1 + 1")',
      'import js\njs.eval("1 + 1")',
      'from js import Function',
      'import pyodide_js\npyodide_js.constructor.constructor("return 1")()',
      'import pyodide_js\npyodide_js._module.FS.open.constructor("return 1")()',
      'import gc\n[f for f in gc.get_objects() if type(f).__name__ == "JsProxy"][0].constructor.constructor("return 1")()',
      'import pyodide_js\npyodide_js.loadPackage("micropip")\nimport micropip',
    ]
    for (const code of tries) expect(await run(code), code).toMatch(/Error|JsException/)
  })

  it('finds nothing of Node among all the objects that it can reach', async () => {
    // From every object that Python is given, along properties and prototypes, however deep.
    const walk = `
import js, pyodide_js
from pyodide.ffi import JsProxy
Root = pyodide_js.constructor
while Root.name != "Function": Root = Root.constructor
Root = getattr(Root.prototype, "__proto__").constructor
seen, found, queue = set(), set(), []
def visit(value, path):
    if isinstance(value, JsProxy) and value.js_id not in seen:
        seen.add(value.js_id)
        queue.append((value, path))
for value, path in ((js, "js"), (pyodide_js, "pyodide_js"), (Root, "Object")): visit(value, path)
while queue and len(seen) < 8000:
    value, path = queue.pop(0)
    try: names = list(Root.getOwnPropertyNames(value)) + ["__proto__", "constructor"]
    except BaseException: continue
    for name in names:
        if name in wanted: found.add(path + "." + name)
        if name.isdigit() or path.count(".") > 12: continue
        try: visit(getattr(value, name), path + "." + name)
        except BaseException: pass
print(len(seen) > 1000, sorted(found))
`
    const wanted = [
      'process',
      'require',
      'binding',
      'mainModule',
      'Buffer',
      'getBuiltinModule',
      'global',
      'fetch',
      'WebSocket',
    ]
    await run(`wanted = ${JSON.stringify(wanted)}`)
    expect(await run(walk)).toBe('True []\n')
  })

  it('says that boto3 is not there, and why', async () => {
    expect(await run('import boto3')).toBe(
      "ModuleNotFoundError: No module named 'boto3': this session's statements are run by `pyodide`, CPython on WebAssembly (AWS clients need a network, which WebAssembly has not); start the server with --session-runtime python or spark",
    )
  })

  it('ends where it breaks what it runs on', async () => {
    const { port } = listener.address() as AddressInfo
    const tries = [
      `import pyodide_js\npyodide_js._module.FS.createLazyFile("/tmp", "lazy", "http://127.0.0.1:${port}/", True, False)\nopen("/tmp/lazy").read()`,
      'import ctypes\nctypes.CDLL(None).emscripten_run_script(b"1")',
    ]
    for (const code of tries) {
      const other = await start(new PyodideRuntime({ sandbox }))
      await expect(other.run(code), code).rejects.toThrow('ended (status 1)')
      await other.ended
    }
    expect(hits).toBe(0)
  })

  it('runs out of memory before the host does', async () => {
    expect(await run('x = bytearray(300 * 1024 ** 2)')).toMatch(/^MemoryError/)
    expect(await run('"alive"')).toBe("'alive'\n")
  })
})
