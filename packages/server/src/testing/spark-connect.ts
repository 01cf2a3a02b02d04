/** A Spark Connect server of one's own, from the jars that PySpark's wheel carries (sbin/start-connect-server.sh is its model). */

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SparkConnectServer {
  readonly port: number
  /** `sc://127.0.0.1:PORT` */
  readonly remote: string
  /** What it has logged so far. */
  log(): string
  stop(): Promise<void>
}

const patienceMs = 300_000

/** A reason, in words, where there can be none here. */
export async function startSparkConnect(python: string): Promise<SparkConnectServer | string> {
  const question = 'import os, grpc, pyspark; print(os.path.dirname(pyspark.__file__))'
  const { stdout, status, stderr, error } = spawnSync(python, ['-c', question], { encoding: 'utf8' })
  if (status !== 0)
    return `\`${python}\` has no pyspark[connect]: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
  const home = stdout.trim()
  const folder = mkdtempSync(join(tmpdir(), 'spark-connect-'))
  const settings = {
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': '0',
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.ui.enabled': 'false',
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
  }
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['--conf', `${name}=${value}`])
  const mainClass = 'org.apache.spark.sql.connect.service.SparkConnectServer'
  const child = spawn(
    join(home, 'bin', 'spark-submit'),
    ['--class', mainClass, '--master', 'local[2]', ...parameters, 'spark-internal'],
    {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: folder, SPARK_HOME: home, PYSPARK_PYTHON: python, SPARK_CONNECT_MODE: '0' },
    },
  )
  let said = ''
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    rmSync(folder, { recursive: true, force: true })
  }
  const port = await new Promise<number>((resolve) => {
    const timer = setTimeout(() => resolve(0), patienceMs)
    const listen = (chunk: Buffer) => {
      said += chunk.toString()
      const started = /Spark Connect server started at: \S*:(\d+)/.exec(said)
      if (started === null) return
      clearTimeout(timer)
      resolve(Number(started[1]))
    }
    for (const stream of [child.stdout, child.stderr]) stream.on('data', listen)
    child.once('close', () => resolve(0))
    child.once('error', () => resolve(0))
  })
  if (port === 0) {
    await stop()
    return `the Spark Connect server did not start: ${said.slice(-500)}`
  }
  return { port, remote: `sc://127.0.0.1:${port}`, log: () => said, stop }
}
