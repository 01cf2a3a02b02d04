/**
 * The only JavaScript of ours in the realm where Pyodide lives: a realm of its own, with the language's own objects and no
 * others. What the process does for it comes as functions (`host`) that stay in this closure: they take and give primitives,
 * or write into memory of this realm, and what they throw is thrown away, so that no object from outside is ever seen in here.
 *
 * @param {Record<string, (...given: unknown[]) => unknown>} host
 */
;(host) => {
  const realm = globalThis
  const exchange = new Uint8Array(65536)
  const { grow } = WebAssembly.Memory.prototype

  const attempt = (work) => {
    let failed = false
    let value
    try {
      value = work()
    } catch {
      failed = true
    }
    if (failed) throw new Error('the session’s process cannot do that')
    return value
  }
  const write = (bytes) => {
    for (let at = 0; at < bytes.length; at += exchange.length) {
      const part = bytes.subarray(at, at + exchange.length)
      exchange.set(part)
      attempt(() => host.write(part.length))
    }
  }
  /** Three characters for each UTF-16 unit at most, so it always fits: longer text is cut. */
  const complain = (...words) => {
    const text = words.map((word) => String(word?.stack ?? word)).join(' ')
    attempt(() => host.complain(text.slice(0, 4000)))
  }

  realm.console = { log: complain, info: complain, debug: complain, warn: complain, error: complain }
  realm.performance = { now: () => attempt(() => host.now()) }
  realm.crypto = {
    getRandomValues: (view) => {
      const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
      for (let at = 0; at < bytes.length; at += exchange.length) {
        const part = bytes.subarray(at, at + exchange.length)
        attempt(() => host.random(part.length))
        part.set(exchange.subarray(0, part.length))
      }
      return view
    },
  }
  realm.TextDecoder = class {
    #encoding
    constructor(encoding = 'utf-8') {
      this.#encoding = String(encoding).replace('-', '')
    }
    decode(view) {
      if (view === undefined) return ''
      const bytes = ArrayBuffer.isView(view) ? view : new Uint8Array(view)
      return attempt(() => host.decode(bytes.buffer, bytes.byteOffset, bytes.byteLength, this.#encoding))
    }
  }
  realm.setTimeout = (work) => {
    Promise.resolve().then(work)
    return 0
  }
  realm.clearTimeout = () => undefined
  // Emscripten takes the realm for a worker, and uses `crypto`; Pyodide takes it for a shell, and uses `read`.
  realm.WorkerGlobalScope = class {}
  realm.load = () => undefined
  realm.read = (name) => attempt(() => host.text(String(name)))
  realm.readbuffer = (name) => {
    const bytes = new Uint8Array(attempt(() => host.open(String(name))))
    for (let at = 0; at < bytes.length; at += exchange.length) {
      const part = bytes.subarray(at, at + exchange.length)
      attempt(() => host.take(at, part.length))
      part.set(exchange.subarray(0, part.length))
    }
    return bytes.buffer
  }

  const start = async (folder, library, memoryBytes, programs, argumentsJson) => {
    WebAssembly.Memory.prototype.grow = function (pages) {
      if (this.buffer.byteLength + pages * 65536 > memoryBytes) throw new RangeError('out of memory')
      return grow.call(this, pages)
    }
    const pyodide = await realm.loadPyodide({
      indexURL: folder,
      stdLibURL: library,
      packageBaseUrl: folder,
      createPyodideModule: realm.createPyodideModule,
      // No packages: they would come from a network.
      lockFileContents: { info: JSON.parse(realm.read(`${folder}/pyodide-lock.json`)).info, packages: {} },
      jsglobals: Object.create(null),
      env: { HOME: '/tmp', LANG: 'C.UTF-8' },
    })
    for (const name of ['read', 'readbuffer', 'load', 'loadPyodide', 'createPyodideModule']) delete realm[name]
    const output = {
      isatty: false,
      write: (bytes) => {
        write(bytes)
        return bytes.length
      },
    }
    pyodide.setStdout(output)
    pyodide.setStderr(output)
    pyodide.setStdin({ stdin: () => null })
    let asked = 0
    pyodide.setInterruptBuffer({
      get 0() {
        const now = realm.performance.now()
        if (now - asked < 20) return 0
        asked = now
        return attempt(() => host.interrupted()) === true ? 2 : 0
      },
      set 0(_) {},
    })
    const [session, glue, ...preludes] = JSON.parse(programs)
    const still = new Int32Array(new WebAssembly.Memory({ shared: true, initial: 1, maximum: 1 }).buffer)
    const scope = pyodide.globals.get('dict')()
    scope.set('pause', (milliseconds) => void Atomics.wait(still, 0, 0, milliseconds))
    pyodide.runPython(session, { globals: scope })
    pyodide.runPython(glue, { globals: scope })
    const run = scope.get('answer')
    const prepared = scope.get('prepare')(argumentsJson, JSON.stringify(preludes))
    return { prepared, run: (code) => run(code) }
  }
  return { exchange, start }
}
