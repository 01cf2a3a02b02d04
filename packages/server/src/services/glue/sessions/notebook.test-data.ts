/** AWS's Jupyter kernel (aws-glue-sessions), driven by `jupyter-kernel.py` in a home of its own. */

import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { missingClient } from '../../../testing/external-client.ts'
import type { Keys } from '../../../testing/test-server.ts'

/** A Python in whose environment `aws-glue-sessions` is installed. */
const python = process.env.SCOPEDOWN_TEST_KERNEL_PYTHON ?? 'python3'

export const missingKernel = (): string | undefined =>
  missingClient(python, '-c', 'import aws_glue_interactive_sessions_kernel, jupyter_client')

export interface Cell {
  readonly code: string
  /** Seconds. */
  readonly interrupt_after?: number
  readonly wait?: number
}

export function writeProfile(home: string, name: string, to: { url: string; keys: Keys; role: string }): void {
  const { url, keys, role } = to
  appendFileSync(
    join(home, 'config'),
    `[profile ${name}]\nregion = us-east-1\nendpoint_url = ${url}\nglue_iam_role = ${role}\n`,
  )
  appendFileSync(
    join(home, 'credentials'),
    `[${name}]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
  )
}

/** What each cell showed. */
export async function runCells(home: string, cells: readonly Cell[]): Promise<string[]> {
  const file = fileURLToPath(new URL('./jupyter-kernel.py', import.meta.url))
  const child = spawn(python, [file], {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      // The kernel asks its registry whether there is a newer one, and goes on without an answer.
      PIP_INDEX_URL: 'http://127.0.0.1:1/simple',
      PIP_RETRIES: '0',
    },
  })
  const collected = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    collected.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    collected.err += chunk
  })
  child.stdin.end(JSON.stringify(cells))
  const status = await new Promise((resolve) => child.on('close', resolve))
  const last = collected.out.trimEnd().split('\n').at(-1) ?? ''
  if (status !== 0) throw new Error(`the driver ended with status ${status}: ${collected.err.slice(-2000)}`)
  return JSON.parse(last) as string[]
}
