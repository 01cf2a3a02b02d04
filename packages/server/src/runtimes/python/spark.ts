/** PySpark in the same sandbox: `local[*]`, or an existing cluster through Spark Connect. */

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Tunnel } from '../tunnel.ts'
import { type PythonOptions, PythonRuntime } from './python.ts'

const asset = (name: string): string => readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8')

/** `remote`: `sc://HOST[:PORT][/;options]`. */
export function sparkRuntime(options: PythonOptions, remote: string | undefined): PythonRuntime {
  const java = javaHome()
  return new PythonRuntime(options, {
    name: 'spark',
    preludes: [asset('prelude.py'), asset('prelude-spark.py')],
    needs: ['pyspark'],
    tunnel: remote === undefined ? undefined : tunnelTo(remote),
    environment: {
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_HOSTNAME: 'localhost',
      ...(java === undefined ? {} : { JAVA_HOME: java }),
    },
    readOnly: [...javaConfiguration(), ...(java === undefined ? [] : [java])],
    minimumProcesses: 1024,
    startTimeoutMs: 120_000,
    limitsAddressSpace: false,
  })
}

const defaultPort = 15_002

/** Throws where the text is no Spark Connect address. */
export function tunnelTo(remote: string): Tunnel {
  const form = /^sc:\/\/(\[[0-9a-fA-F:]+\]|[^/:;]+)(?::(\d{1,5}))?(\/.*)?$/.exec(remote)
  if (form === null) throw new Error(`the Spark address \`${remote}\` must be of the form sc://HOST:PORT`)
  const [, host = '', port = String(defaultPort), rest = ''] = form
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: Number(port),
    name: 'SCOPEDOWN_SPARK_REMOTE',
    value: `sc://127.0.0.1:{port}${rest}`,
  }
}

/** `JAVA_HOME`, or where the `java` on the PATH really lives. */
function javaHome(): string | undefined {
  if (process.env.JAVA_HOME !== undefined) return process.env.JAVA_HOME
  const folder = (process.env.PATH ?? '').split(delimiter).find((path) => existsSync(join(path, 'java')))
  return folder === undefined ? undefined : dirname(dirname(realpathSync(join(folder, 'java'))))
}

/** Debian keeps the Java runtime's configuration outside of it. */
function javaConfiguration(): string[] {
  if (!existsSync('/etc')) return []
  return readdirSync('/etc')
    .filter((name) => /^java-\d+-openjdk$/.test(name))
    .map((name) => `/etc/${name}`)
}
