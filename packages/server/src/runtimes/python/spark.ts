/**
 * PySpark in the same sandbox: `local[*]`, or an existing cluster through Spark Connect
 * (https://spark.apache.org/docs/latest/spark-connect-overview.html; addresses: client-connection-string.md in its sources).
 */

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import type { Tunnel } from '../tunnel.ts'
import { type PythonOptions, PythonRuntime } from './python.ts'

const asset = (name: string): string => readFileSync(new URL(`../../../assets/${name}`, import.meta.url), 'utf8')

/** `remote`: `sc://HOST[:PORT][/;options]`. */
export function sparkRuntime(options: PythonOptions, remote: string | undefined): PythonRuntime {
  const java = javaHome()
  const trusted = trustedRoots()
  const local = remote === undefined
  return new PythonRuntime(options, {
    name: 'spark',
    preludes: [asset('prelude.py'), asset('prelude-spark.py')],
    needs: local ? ['pyspark'] : ['pyspark', ...connectModules],
    lacks: local && java === undefined ? 'no `java` is on the PATH, and JAVA_HOME is not set' : undefined,
    tunnel: local ? undefined : tunnelTo(remote),
    environment: {
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_HOSTNAME: 'localhost',
      ...(java === undefined ? {} : { JAVA_HOME: java }),
      ...trusted,
    },
    readOnly: [...javaConfiguration(), ...(java === undefined ? [] : [java]), ...Object.values(trusted)],
    minimumProcesses: 1024,
    startTimeoutMs: 300_000,
    limitsAddressSpace: false,
  })
}

/** What `pyspark[connect]` installs beside PySpark. */
const connectModules = ['grpc', 'grpc_status', 'pandas', 'pyarrow', 'zstandard']

const defaultPort = 15_002

/** Throws where the text is no Spark Connect address. */
export function tunnelTo(remote: string): Tunnel {
  const form = /^sc:\/\/(\[[0-9a-fA-F:]+\]|[^/:;]+)(?::(\d{1,5}))?(\/.*)?$/.exec(remote)
  if (form === null) throw new Error(`the Spark address \`${remote}\` must be of the form sc://HOST:PORT`)
  const [, written = '', digits = String(defaultPort), rest = ''] = form
  const port = Number(digits)
  if (port < 1 || port > 65_535) throw new Error(`the Spark address \`sc://${written}:${digits}\` has no such port`)
  const host = written.replace(/^\[|\]$/g, '')
  // With a token PySpark demands TLS of every host but one that is called so.
  const inside = host === 'localhost' ? host : '127.0.0.1'
  return {
    host,
    port,
    // PySpark's own, so that `SparkSession.builder.getOrCreate()` in a script finds the cluster too.
    environment: { SPARK_REMOTE: `sc://${inside}:{port}${rest}`, SCOPEDOWN_SPARK_HOST: `${written}:${port}` },
  }
}

/** gRPC brings certificates of its own; for a cluster whose authority is not among them it reads this variable. */
function trustedRoots(): Readonly<Record<string, string>> {
  const file = process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH
  return file === undefined || !existsSync(file) ? {} : { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: realpathSync(file) }
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
