import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  deleteData,
  freePort,
  type SupervisedProcess,
  startPostgres,
  startRedis,
  startSupervised,
} from '@fondasi/embedded'
import { type AlertSink, startAlertSink } from './alert-sink.ts'
import { prepareAuth } from './auth-process.ts'
import type { Binaries } from './binaries.ts'
import { createMailServer } from './mail-server.ts'
import { writeShortened } from './shortened.ts'
import { answers, until } from './until.ts'

/** A process that may be broken and started again, on the same port and data. */
export type Breakable = { process: () => SupervisedProcess; start: () => Promise<void> }

export type Stack = {
  auth: Breakable
  authUrl: string
  postgres: Breakable
  redis: Breakable
  mailServer: { start: () => Promise<void>; stop: () => Promise<void> }
  /** Auth's database, as the administrator. */
  databaseUrl: string
  prometheusUrl: string
  sink: AlertSink
  stop: () => Promise<void>
}

const readyTimeoutMs = 60_000
const graceSeconds = 10

/**
 * Starts PostgreSQL, Redis, auth, Prometheus and Alertmanager in a temporary folder, on free ports, with shortened
 * rules. Nothing of it meets `npm start`.
 */
export async function startStack(binaries: Binaries): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'fondasi-drill-'))
  // Started by root, PostgreSQL runs as another user, which must be able to pass through.
  await chmod(folder, 0o755)
  const data = { postgres: join(folder, 'postgres'), redis: join(folder, 'redis') }
  const stops = [
    async () => {
      await deleteData(data.postgres)
      await rm(folder, { recursive: true, force: true })
    },
  ]
  const stop = async () => {
    for (const each of stops.splice(0).toReversed()) await each()
  }
  const keep = async <Process extends SupervisedProcess>(begin: () => Promise<Process>) => {
    let current = await begin()
    stops.push(() => current.stop())
    const start = async () => {
      current = await begin()
    }
    return { process: () => current, start }
  }

  try {
    const ports = await freePorts(['postgres', 'redis', 'api', 'admin', 'smtp', 'prometheus', 'alertmanager'])
    const postgres = await keep(() => startPostgres({ dataDir: data.postgres, port: ports.postgres }))
    const redis = await keep(() => startRedis({ dataDir: data.redis, port: ports.redis, durable: false }))
    const mailServer = createMailServer(ports.smtp)
    await mailServer.start()
    stops.push(mailServer.stop)
    const { launch, databaseUrl } = await prepareAuth({ folder, ports, adminUrl: postgres.process().url })
    const auth = await keep(launch)

    const sink = await startAlertSink()
    stops.push(sink.close)
    const files = await writeShortened({
      folder,
      adminPorts: { auth: ports.admin },
      alertmanagerPort: ports.alertmanager,
      sinkUrl: sink.url,
    })
    const [alertmanagerUrl, prometheusUrl] = [urlOf(ports.alertmanager), urlOf(ports.prometheus)]
    await keep(() =>
      startTool(binaries.alertmanager, [
        `--config.file=${files.alertmanager}`,
        `--storage.path=${join(folder, 'alertmanager')}`,
        `--web.listen-address=${alertmanagerUrl.slice('http://'.length)}`,
        '--cluster.listen-address=',
      ]),
    )
    await keep(() =>
      startTool(binaries.prometheus, [
        `--config.file=${files.prometheus}`,
        `--storage.tsdb.path=${join(folder, 'prometheus')}`,
        `--web.listen-address=${prometheusUrl.slice('http://'.length)}`,
      ]),
    )
    const authUrl = urlOf(ports.api)
    for (const url of [`${alertmanagerUrl}/-/ready`, `${prometheusUrl}/-/ready`, `${authUrl}/readyz`]) {
      await until(url, readyTimeoutMs, () => answers(url))
    }
    return { auth, authUrl, postgres, redis, mailServer, databaseUrl, prometheusUrl, sink, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`

function startTool(command: string, args: string[]): Promise<SupervisedProcess> {
  return startSupervised({ command, args, env: process.env, stopSignal: 'TERM', graceSeconds })
}

/** Free now, none of them twice. */
async function freePorts<Name extends string>(names: readonly Name[]): Promise<Record<Name, number>> {
  let next = await freePort()
  const ports: [Name, number][] = []
  for (const name of names) {
    const port = await freePort(next)
    ports.push([name, port])
    next = port + 1
  }
  // The keys are exactly `names`, which Object.fromEntries forgets.
  return Object.fromEntries(ports) as Record<Name, number>
}
