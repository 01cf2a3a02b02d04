/** Sessions run by Spark, through the wire: here, and behind Spark Connect. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import {
  CancelStatementCommand,
  CreateSessionCommand,
  GetStatementCommand,
  RunStatementCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, describe, expect, it } from 'vitest'
import { sparkRuntime } from '../../../runtimes/python/spark.ts'
import { missingClient } from '../../../testing/external-client.ts'
import { startSparkConnect } from '../../../testing/spark-connect.ts'
import { account, type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { missingKernel, runCells, writeProfile } from './notebook.test-data.ts'
import { openSession, runStatement, startedSession, until } from './session-client.test-data.ts'

const python = process.env.SCOPEDOWN_TEST_SPARK_PYTHON ?? 'python3'
const spark = sparkRuntime({ command: python }, undefined)
const here = await spark.available()
if (!here.ok) console.log(`skipped: sessions run by Spark: ${here.reason}`)
const cluster = here.ok ? await startSparkConnect(python) : here.reason
if (here.ok && typeof cluster === 'string') console.log(`skipped: sessions behind Spark Connect: ${cluster}`)
const Role = `arn:aws:iam::${account}:role/runtime`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

async function sparkServer(sparkRemote: string | undefined): Promise<GlueServer> {
  const server = await startGlueServer({ sessions: { runtime: 'spark', python, sparkRemote } })
  const iam = server.iam(server.administrator)
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { Service: 'glue.amazonaws.com' },
    Action: 'sts:AssumeRole',
  })
  await iam.send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
  return server
}

async function remove(server: GlueServer): Promise<void> {
  expect(server.log).toEqual([])
  await server.remove()
}

const run = async (server: GlueServer, id: string, code: string) => (await runStatement(server.glue, id, code))?.Output

describe.skipIf(!here.ok)('a session run by Spark here', () => {
  it('shows what a query gives and nothing else, and reads objects as its role', async () => {
    const server = await sparkServer(undefined)
    const iam = server.iam(server.administrator)
    const PolicyDocument = document({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::lake/*' })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'runtime', PolicyName: 'read', PolicyDocument }))
    const s3 = server.s3(server.administrator)
    await s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'n.csv', Body: 'n\n1\n41\n' }))
    await openSession(server.glue, 'here', Role)
    // As the Jupyter kernel sends a `%%sql` cell. Long enough for Spark to draw a bar, if it did.
    const query = 'select count(distinct id % 7) as sevens from range(0, 5000000, 1, 8)'
    expect(await run(server, 'here', `spark.sql("""${query}""").show()`)).toMatchObject({
      Status: 'ok',
      Data: { TextPlain: '+------+\n|sevens|\n+------+\n|     7|\n+------+\n\n' },
    })
    expect(await run(server, 'here', 'sc.parallelize(range(10)).sum()')).toMatchObject({ Data: { TextPlain: '45\n' } })
    const direct = await run(server, 'here', 'spark.read.csv("s3://lake/n.csv")')
    expect(direct?.ErrorValue).toContain(
      'Class org.apache.hadoop.fs.s3a.S3AFileSystem (of hadoop-aws, which PySpark comes without; read the object with boto3, or add the jars) not found',
    )
    const code = `
import boto3, io, pandas
body = boto3.client("s3").get_object(Bucket="lake", Key="n.csv")["Body"].read()
spark.createDataFrame(pandas.read_csv(io.BytesIO(body))).selectExpr("sum(n) as total").first().total`
    expect(await run(server, 'here', code)).toMatchObject({ Data: { TextPlain: '42\n' } })
    await remove(server)
  }, 900_000)
})

describe.skipIf(typeof cluster === 'string')('a session behind Spark Connect', () => {
  if (typeof cluster === 'string') return
  afterAll(() => cluster.stop())

  it('queries the cluster, whichever way code asks for Spark, and a query there ends with its statement', async () => {
    const server = await sparkServer(cluster.remote)
    await openSession(server.glue, 'far', Role)
    expect(await run(server, 'far', 'spark.range(10).count()')).toMatchObject({ Data: { TextPlain: '10\n' } })
    const again =
      'from pyspark.sql import SparkSession\nmine = SparkSession.builder.appName("etl").getOrCreate()\nmine.createDataFrame([(1, "a")], ["n", "c"]).createOrReplaceTempView("t")\nspark.table("t").count()'
    expect(await run(server, 'far', again)).toMatchObject({ Data: { TextPlain: '1\n' } })
    expect(await run(server, 'far', 'sc.parallelize([1])')).toMatchObject({
      ErrorName: 'RuntimeError',
      ErrorValue: "this session's Spark is a cluster behind Spark Connect, which has no SparkContext; use `spark`",
    })
    // It takes all of the cluster: what comes after it can only run if it has ended there as well.
    const Code = 'spark.range(10**14).selectExpr("sum(id % 7)").collect()'
    const logged = cluster.log().length
    const { Id = 0 } = await server.glue.send(new RunStatementCommand({ SessionId: 'far', Code }))
    const state = async () =>
      (await server.glue.send(new GetStatementCommand({ SessionId: 'far', Id }))).Statement?.State
    await until(state, (now) => now === 'RUNNING')
    await until(
      async () => /Starting task .* in stage/.test(cluster.log().slice(logged)),
      (begun) => begun,
      60,
    )
    await server.glue.send(new CancelStatementCommand({ SessionId: 'far', Id }))
    await until(state, (now) => now === 'CANCELLED', 60)
    expect(await run(server, 'far', 'spark.range(12).count()')).toMatchObject({ Data: { TextPlain: '12\n' } })
    // Nothing else of the network comes with it.
    const elsewhere = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => elsewhere.once('listening', resolve))
    const { port } = elsewhere.address() as AddressInfo
    const other = `import socket\nsocket.create_connection(("127.0.0.1", ${port}), 2)`
    expect(await run(server, 'far', other)).toMatchObject({ ErrorName: 'ConnectionRefusedError' })
    elsewhere.close()
    await remove(server)
  }, 900_000)

  it.skipIf(missingKernel() !== undefined)(
    'answers the `%%sql` of AWS’s Jupyter kernel',
    async () => {
      const server = await sparkServer(cluster.remote)
      const home = mkdtempSync(join(tmpdir(), 'notebook-'))
      writeProfile(home, 'root', { url: server.url, keys: server.administrator, role: Role })
      const shown = await runCells(home, [
        { code: '%profile root' },
        { code: '%%sql\nselect 6 * 7 as answer' },
        { code: '%stop_session' },
      ])
      expect(shown[1]).toContain('|answer|')
      expect(shown[1]).toContain('|    42|')
      rmSync(home, { recursive: true, force: true })
      await remove(server)
    },
    900_000,
  )

  it.skipIf(missingClient('openssl', 'version') !== undefined)(
    'checks a certificate against the cluster’s own name',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
      const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
      const request = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ]
      const named = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
      execFileSync('openssl', [...request, ...named, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
      const pem = { key: readFileSync(key), cert: readFileSync(certificate) }
      const front = createTlsServer({ ...pem, ALPNProtocols: ['h2'] }, (socket) => {
        const behind = connect(cluster.port, '127.0.0.1')
        socket.pipe(behind).pipe(socket)
        for (const side of [socket, behind]) side.on('error', () => side.destroy())
      }).on('tlsClientError', () => undefined)
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
      const { port } = front.address() as AddressInfo
      process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH = certificate
      try {
        const right = await sparkServer(`sc://localhost:${port}/;use_ssl=true`)
        await openSession(right.glue, 'right', Role)
        expect(await run(right, 'right', 'spark.range(3).count()')).toMatchObject({ Data: { TextPlain: '3\n' } })
        await remove(right)
        const wrong = await sparkServer(`sc://127.0.0.1:${port}/;use_ssl=true`)
        await wrong.glue.send(new CreateSessionCommand({ Id: 'wrong', Role, Command: { Name: 'glueetl' } }))
        expect(await startedSession(wrong.glue, 'wrong')).toMatchObject({
          Status: 'FAILED',
          ErrorMessage: expect.stringContaining(`no Spark Connect server answered at 127.0.0.1:${port} within`),
        })
        await remove(wrong)
      } finally {
        delete process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH
        front.close()
        rmSync(folder, { recursive: true })
      }
    },
    900_000,
  )

  it('has FAILED with the reason where nothing answers, or something else does', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port: nobody } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    for (const [to, reason] of [
      [nobody, `spark cannot reach 127.0.0.1:${nobody}: connect ECONNREFUSED`],
      [port, `no Spark Connect server answered at 127.0.0.1:${port} within 20 seconds`],
    ] as const) {
      const server = await sparkServer(`sc://127.0.0.1:${to}`)
      await server.glue.send(new CreateSessionCommand({ Id: 'lost', Role, Command: { Name: 'glueetl' } }))
      expect(await startedSession(server.glue, 'lost')).toMatchObject({
        Status: 'FAILED',
        ErrorMessage: expect.stringContaining(reason),
      })
      await remove(server)
    }
    silent.close()
  }, 900_000)
})
