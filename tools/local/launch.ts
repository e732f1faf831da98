import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SupervisedProcess } from '@fondasi/embedded'
import type { DatabaseAccess } from '@fondasi/postgres'
import { startLogged } from './logged-process.ts'
import { localFolder, logFolder, root } from './paths.ts'
import { overriddenIn, workerEnv } from './service-env.ts'
import { environment, failure, localUrl, type ServicePlan } from './service-process.ts'
import type { RunningService } from './state.ts'
import { createWatchOutput } from './watch-output.ts'
import { watchSources } from './watch-sources.ts'

/** A process of a service: its main one or a worker. */
type Program = {
  name: string
  main: string
  adminPort: number
  /** What it gets in addition to the settings of the service. */
  env: Record<string, string>
  /** Returns 200 when the process is ready. */
  readyUrl: URL
}

type StartedProgram = Program & {
  process: SupervisedProcess
  logFile: string
  /** Resolves when the process logs that it is listening. */
  listening: Promise<'listening'>
}

export type StartedService = {
  running: RunningService
  /** The main process first. */
  programs: readonly StartedProgram[]
}

/** Another process took a port that had been free. */
export class PortTakenError extends Error {
  override name = 'PortTakenError'
}

/** A service that works needs a second, and up to minutes on a machine that is busy. */
const readyTimeoutMs = 300_000
const readyPollMs = 50

/** Starts all processes of a prepared service on the plan's ports, without waiting until they are ready. */
export async function launchService(plan: ServicePlan, database: DatabaseAccess): Promise<StartedService> {
  const { service, ports, say } = plan
  const overridden = overriddenIn(environment(plan, database), process.env)
  if (overridden.length > 0)
    say(`${service.name}: ignoring ${overridden.join(', ')} from your environment; npm start chooses it`)
  const [main, ...workers] = programsOf(plan)
  const started = await launch(main, plan, database)
  const startedWorkers = await Promise.all(workers.map((worker) => launch(worker, plan, database)))
  const running = {
    ...shown(started),
    title: service.title,
    url: localUrl(ports),
    docsUrl: `${localUrl(ports)}${service.docsPath}`,
    databaseUrl: database.runtimeUrl,
    migratorUrl: database.migratorUrl,
    workers: startedWorkers.map(shown),
  }
  return { running, programs: [started, ...startedWorkers] }
}

function programsOf({ service, ports }: ServicePlan): [Program, ...Program[]] {
  const { name, main, healthPath } = service
  const workers = service.workers.map((worker) => {
    const adminPort = ports.workers[worker.name] ?? worker.adminPort
    return {
      ...worker,
      adminPort,
      env: workerEnv(adminPort),
      readyUrl: new URL('/readyz', localUrl({ port: adminPort })),
    }
  })
  const { adminPort } = ports
  return [{ name, main, adminPort, env: {}, readyUrl: new URL(healthPath, localUrl(ports)) }, ...workers]
}

async function launch(
  program: Program,
  plan: ServicePlan,
  database: DatabaseAccess,
): Promise<StartedProgram> {
  const { service, watch, say } = plan
  const { name, main, env } = program
  const listening = Promise.withResolvers<'listening'>()
  const watchOutput = watch ? createWatchOutput(name, () => performance.now()) : undefined
  const triggerFile = join(localFolder, `restart-${name}`)
  if (watch) watchSources(service.folder, triggerFile)
  const logFile = join(logFolder, `${name}.log`)
  const child = await startLogged({
    args: [...(watch ? [`--watch-path=${triggerFile}`] : []), main],
    cwd: join(root, service.folder),
    env: { ...environment(plan, database), ...env },
    logFile,
    onLine: (line) => {
      if (line.includes('"msg":"listening"')) listening.resolve('listening')
      const text = watchOutput?.(line)
      if (text !== undefined) say(text)
    },
  })
  return { ...program, process: child, logFile, listening: listening.promise }
}

/** What `npm start` shows of a process and writes to its state. */
function shown({ name, process, adminPort, logFile }: StartedProgram) {
  return { name, pid: process.pid, adminUrl: `http://localhost:${adminPort}/metrics`, logFile }
}

/**
 * Waits until every process of the service reports that it is ready.
 * @throws PortTakenError when one ended because another process had taken its port
 * @throws ProgramFailedError when one ends for another reason, or is not ready in time
 */
export async function untilReady({ running, programs }: StartedService): Promise<RunningService> {
  await Promise.all(programs.map(untilProgramReady))
  return running
}

async function untilProgramReady({ name, process, listening, readyUrl }: StartedProgram): Promise<void> {
  const ended = process.exited.then(() => 'ended' as const)
  const giveUpAt = Date.now() + readyTimeoutMs
  // Wait for our own log line first: a response could come from another checkout's service on the same port.
  let state = await Promise.race([listening, ended, delay(readyTimeoutMs, 'late' as const)])
  while (state === 'listening' && !(await isOk(readyUrl)) && Date.now() < giveUpAt) {
    state = await Promise.race([ended, delay(readyPollMs, 'listening' as const)])
  }
  if (state === 'listening' && Date.now() < giveUpAt) return
  if (state === 'ended' && process.lastLines().includes('EADDRINUSE')) throw new PortTakenError(name)
  throw failure(name, process)
}

async function isOk(url: URL): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
