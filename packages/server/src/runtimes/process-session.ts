/**
 * A running `assets/runner.py` or `pyodide-process.mjs`: statements go in as JSON lines on descriptor 3, answers come back on descriptor 4, output on
 * descriptor 1. The end of a statement's output is known by a marker that the runner writes after it.
 */

import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Readable, Writable } from 'node:stream'
import { watchMemory } from './memory-watch.ts'
import {
  RuntimeFailure,
  type RuntimeLimits,
  type RuntimeSession,
  type SessionStart,
  type StatementOutcome,
} from './runtime.ts'

type Answer =
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly status: 'ok' }
  | { readonly status: 'error'; readonly name: string; readonly value: string; readonly traceback: readonly string[] }

/** An answer longer than this is the work of code that writes to the runner's own descriptor. */
const maxAnswerBytes = 8 * 1024 ** 2

interface Waiting {
  readonly marker: Buffer
  answer: Exclude<Answer, { ready: true } | { failed: string }> | undefined
  outputDone: boolean
  resolve(outcome: StatementOutcome): void
  reject(error: Error): void
}

export interface ProcessTerms {
  readonly startTimeoutMs: number
  /** Releases what belongs to the session: its gateway, its folder. */
  readonly onEnd: () => Promise<void>
  /** Tells the statement with that marker to end. Default: a line on descriptor 3. */
  readonly interrupt?: (marker: string) => void
  /** What the interpreter itself takes beside what is its code's, bytes. */
  readonly ownBytes?: number
}

export class ProcessSession implements RuntimeSession {
  readonly ended: Promise<string>
  readonly ready: Promise<void>
  readonly #process: ChildProcess
  readonly #limits: RuntimeLimits
  readonly #onEnd: () => Promise<void>
  readonly #onOutputKept: ((bytes: Buffer) => void) | undefined
  readonly #interrupt: (marker: string) => void
  #waiting: Waiting | undefined
  #output: Buffer[] = []
  #outputBytes = 0
  #dropped = 0
  #tail = Buffer.alloc(0)
  #answers = ''
  #ending: string | undefined
  #grace: NodeJS.Timeout | undefined
  #isReady = false
  /** What it printed before it was ready, if it never was. */
  #lastWords = ''
  #settleReady: { resolve(): void; reject(error: Error): void } | undefined

  constructor(child: ChildProcess, session: SessionStart, terms: ProcessTerms) {
    const { startTimeoutMs } = terms
    this.#process = child
    this.#limits = session.limits
    this.#onOutputKept = session.onOutput
    this.#onEnd = terms.onEnd
    this.#interrupt = terms.interrupt ?? (() => this.#send({ interrupt: true }))
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve, reject }
    })
    const timer = setTimeout(() => this.#kill('the interpreter did not answer in time'), startTimeoutMs)
    this.ready.then(
      () => clearTimeout(timer),
      () => clearTimeout(timer),
    )
    const limitBytes = session.limits.memoryBytes + (terms.ownBytes ?? 0)
    const unwatch =
      child.pid === undefined
        ? () => undefined
        : watchMemory(child.pid, limitBytes, () =>
            this.#kill(`the session used more than ${Math.round(limitBytes / 1024 ** 2)} MiB of memory`),
          )
    this.ended = new Promise((resolve) => {
      const gone = async (fallback: string) => {
        const said = this.#isReady || this.#lastWords === '' ? '' : `: ${this.#lastWords.trim()}`
        const reason = (this.#ending ?? fallback) + said
        this.#ending = reason
        unwatch()
        this.#fail(reason)
        await this.#onEnd()
        resolve(reason)
      }
      child.once('error', (error) => void gone(`the interpreter could not be started: ${error.message}`))
      child.once('exit', (code, signal) => void gone(`the interpreter ended (${signal ?? `status ${code}`})`))
    })
    const [, stdout, stderr, requests, answers] = child.stdio as [unknown, Readable, Readable, Writable, Readable]
    stdout.on('data', (chunk: Buffer) => this.#onOutput(chunk))
    stderr.on('data', (chunk: Buffer) => this.#onOutput(chunk))
    answers.setEncoding('utf8').on('data', (text: string) => this.#onAnswer(text))
    requests.on('error', () => undefined)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  run(code: string): Promise<StatementOutcome> {
    if (this.#waiting !== undefined) return Promise.reject(new Error('a statement is running already'))
    if (this.#ending !== undefined || this.#process.exitCode !== null) {
      return Promise.reject(new RuntimeFailure('the interpreter has ended'))
    }
    const marker = `\u0000${randomBytes(18).toString('base64')}\u0000`
    return new Promise((resolve, reject) => {
      this.#output = []
      this.#outputBytes = 0
      this.#dropped = 0
      this.#tail = Buffer.alloc(0)
      this.#waiting = { marker: Buffer.from(marker), answer: undefined, outputDone: false, resolve, reject }
      this.#send({ code, marker })
    })
  }

  interrupt(): void {
    if (this.#waiting === undefined) return
    this.#interrupt(this.#waiting.marker.toString())
    this.#grace ??= setTimeout(
      () => this.#kill('the statement did not end when it was cancelled'),
      this.#limits.cancelGraceMs,
    )
  }

  async stop(): Promise<void> {
    this.#kill('the session was stopped')
    await this.ended
  }

  #kill(reason: string): void {
    this.#ending ??= reason
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGKILL')
  }

  #send(message: object): void {
    ;(this.#process.stdio[3] as Writable).write(`${JSON.stringify(message)}\n`)
  }

  /** Keeps what fits, drops the rest without holding it, and looks for the marker across chunks. */
  #onOutput(chunk: Buffer): void {
    const waiting = this.#waiting
    if (!this.#isReady) this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-2000)
    if (waiting === undefined || waiting.outputDone) return
    const seen = this.#tail.length === 0 ? chunk : Buffer.concat([this.#tail, chunk])
    const at = seen.indexOf(waiting.marker)
    const safe = at === -1 ? Math.max(0, seen.length - waiting.marker.length + 1) : at
    this.#keep(seen.subarray(0, safe))
    this.#tail = at === -1 ? Buffer.from(seen.subarray(safe)) : Buffer.alloc(0)
    if (at === -1) return
    waiting.outputDone = true
    this.#finish(waiting)
  }

  #keep(bytes: Buffer): void {
    const room = this.#limits.outputBytes - this.#outputBytes
    const kept = bytes.subarray(0, Math.max(0, room))
    if (kept.length > 0 && this.#onOutputKept !== undefined) this.#onOutputKept(Buffer.from(kept))
    else if (kept.length > 0) this.#output.push(Buffer.from(kept))
    this.#outputBytes += kept.length
    this.#dropped += bytes.length - kept.length
  }

  #onAnswer(text: string): void {
    if (this.#ending !== undefined) return
    this.#answers += text
    if (this.#answers.length > maxAnswerBytes) {
      this.#answers = ''
      this.#kill('the interpreter answered beyond all bounds')
    }
    for (let end = this.#answers.indexOf('\n'); end !== -1; end = this.#answers.indexOf('\n')) {
      const answer = readAnswer(this.#answers.slice(0, end))
      this.#answers = this.#answers.slice(end + 1)
      if (answer === undefined) {
        this.#kill('the interpreter gave an answer that cannot be read')
        return
      }
      this.#take(answer)
    }
  }

  #take(answer: Answer): void {
    if ('ready' in answer) {
      this.#isReady = true
      this.#settleReady?.resolve()
    } else if ('failed' in answer) this.#kill(`the interpreter could not prepare the session: ${answer.failed}`)
    else if (this.#waiting !== undefined && this.#waiting.answer === undefined) {
      this.#waiting.answer = answer
      this.#finish(this.#waiting)
    }
  }

  /** Both the answer and the marker must have come; code that closes its own output is not waited for. */
  #finish(waiting: Waiting): void {
    const { answer } = waiting
    if (answer === undefined || (!waiting.outputDone && !('lost' in answer))) return
    clearTimeout(this.#grace)
    this.#grace = undefined
    this.#waiting = undefined
    const notice = this.#dropped === 0 ? '' : `\n… ${this.#dropped} more bytes of output were dropped\n`
    const text = Buffer.concat(this.#output).toString('utf8').replaceAll('\u0000', '\ufffd') + notice
    this.#output = []
    waiting.resolve(
      answer.status === 'ok'
        ? { status: 'ok', text }
        : { status: 'error', text, name: answer.name, value: answer.value, traceback: answer.traceback },
    )
  }

  #fail(reason: string): void {
    clearTimeout(this.#grace)
    this.#ending ??= reason
    this.#settleReady?.reject(new RuntimeFailure(reason))
    this.#waiting?.reject(new RuntimeFailure(reason))
    this.#waiting = undefined
  }
}

/** Code in the session can write here too: nothing is believed but its shape. */
function readAnswer(line: string): Answer | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if ('ready' in value) return { ready: true }
  if ('failed' in value) return { failed: String(value.failed) }
  const lost = 'lost' in value ? { lost: true } : {}
  if ('status' in value && value.status === 'ok') return { status: 'ok', ...lost }
  if (!('status' in value) || value.status !== 'error' || !('name' in value) || !('value' in value)) return undefined
  const lines = 'traceback' in value && Array.isArray(value.traceback) ? value.traceback.map(String) : []
  return { status: 'error', name: String(value.name), value: String(value.value), traceback: lines, ...lost }
}
