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
import { processes, services } from '../../services.ts'
import { type AlertSink, startAlertSink } from './alert-sink.ts'
import type { Binaries } from './binaries.ts'
import { countSeries } from './count-series.ts'
import { createMailServer } from './mail-server.ts'
import { prepareService } from './service-process.ts'
import { writeShortened } from './shortened.ts'
import { answers, until } from './until.ts'

/** How a stack seeds and visits one app. */
export type Visited = {
  /** Arguments of its seed: no more data than a visit needs. */
  seedArguments: readonly string[]
  /** @returns a function that uses the app a little, so that all of its counters increase */
  visitor: (url: string, databaseUrl: string) => () => Promise<void>
}

/** A process that can be killed and started again on the same port and data. */
export type Breakable = { process: () => SupervisedProcess; start: () => Promise<void> }

type RunningService = Breakable & {
  url: string
  /** The URL of its database for the administrator. */
  databaseUrl: string
}

export type Stack = {
  /** Also finds a worker. @throws Error when there is no process of this name */
  serviceOf: (name: string) => RunningService
  /** For alerts that every service has. */
  anyService: RunningService
  /** One for each service. */
  visits: (() => Promise<void>)[]
  postgres: Breakable
  redis: Breakable & { port: number }
  mailServer: { start: () => Promise<void>; stop: () => Promise<void> }
  prometheusUrl: string
  sink: AlertSink
  stop: () => Promise<void>
}

const readyTimeoutMs = 60_000
const graceSeconds = 10

/**
 * Starts PostgreSQL, Redis, every service, Prometheus and Alertmanager in a temporary folder, on free ports, with shortened
 * rules. It shares nothing with `npm start`.
 * @param apps by the name of their service
 */
export async function startStack(
  binaries: Binaries,
  apps: Readonly<Record<string, Visited>>,
): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'fondasi-drill-'))
  // When root starts it, PostgreSQL runs as another user, who must be able to enter the folder.
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
    const ports = await freePorts(['postgres', 'redis', 'smtp', 'prometheus', 'alertmanager'])
    const servicePorts = await freePorts(
      [...services.map(({ name }) => name), ...processes.map(({ name }) => `${name}-admin`)],
      ports.alertmanager + 1,
    )
    const postgres = await keep(() => startPostgres({ dataDir: data.postgres, port: ports.postgres }))
    const redis = await keep(() => startRedis({ dataDir: data.redis, port: ports.redis, durable: false }))
    const mailServer = createMailServer(ports.smtp)
    await mailServer.start()
    stops.push(mailServer.stop)
    const running = new Map<string, RunningService>()
    const portOf = (key: string) => servicePorts[key] ?? 0
    const adminPortOf = (process: string) => portOf(`${process}-admin`)
    const serviceUrl = (name: string) => (name in servicePorts ? urlOf(portOf(name)) : undefined)
    for (const service of services) {
      const { name } = service
      const { launch, databaseUrl } = await prepareService({
        service,
        folder,
        port: portOf(name),
        adminPort: adminPortOf(name),
        adminUrl: postgres.process().url,
        redisUrl: `redis://127.0.0.1:${ports.redis}`,
        smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
        urlOf: serviceUrl,
        seedArguments: apps[name]?.seedArguments ?? [],
      })
      for (const { name: process, main } of [service, ...service.workers]) {
        const adminPort = adminPortOf(process)
        // A worker has only its admin port.
        const url = urlOf(process === name ? portOf(name) : adminPort)
        running.set(process, { ...(await keep(() => launch({ main, adminPort }))), url, databaseUrl })
      }
    }
    const serviceOf = (name: string) => {
      const service = running.get(name)
      if (!service) throw new Error(`There is no service ${name}`)
      return service
    }

    const sink = await startAlertSink()
    stops.push(sink.close)
    const files = await writeShortened({
      folder,
      adminPortOf,
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
    const readyUrls = [...running.values()].map(({ url }) => `${url}/readyz`)
    for (const url of [`${alertmanagerUrl}/-/ready`, `${prometheusUrl}/-/ready`, ...readyUrls]) {
      await until(url, readyTimeoutMs, () => answers(url))
    }
    // Prometheus sees an increase only after a first sample, so a drill must not start before the first scrapes.
    await until(
      'every service to be scraped',
      readyTimeoutMs,
      async () => (await countSeries(prometheusUrl, 'up == 1')) === processes.length,
    )
    const visits = services.flatMap(({ name }) => {
      const { url, databaseUrl } = serviceOf(name)
      return apps[name]?.visitor(url, databaseUrl) ?? []
    })
    const anyService = serviceOf(services[0]?.name ?? '')
    return {
      serviceOf,
      anyService,
      visits,
      postgres,
      redis: { ...redis, port: ports.redis },
      mailServer,
      prometheusUrl,
      sink,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`

function startTool(command: string, args: string[]): Promise<SupervisedProcess> {
  return startSupervised({ command, args, env: process.env, stopSignal: 'TERM', graceSeconds })
}

/** Finds free ports, none of them twice. */
async function freePorts<Name extends string>(
  names: readonly Name[],
  from?: number,
): Promise<Record<Name, number>> {
  let next = await freePort(from)
  const ports: [Name, number][] = []
  for (const name of names) {
    const port = await freePort(next)
    ports.push([name, port])
    next = port + 1
  }
  // The keys are exactly `names`, but Object.fromEntries returns any string.
  return Object.fromEntries(ports) as Record<Name, number>
}
