import type { SupervisedProcess } from '@fondasi/embedded'
import { type Service, services } from '../services.ts'
import { claimCheckout, releaseCheckout } from './claim.ts'
import { openPostgres, openRedis } from './data-stores.ts'
import { listenForInterrupts } from './interrupts.ts'
import { createPortGiver } from './ports.ts'
import { openSecrets } from './secrets.ts'
import { failure, startService, waitUntilReady } from './service-process.ts'
import { readState, removeState, writeState } from './state.ts'
import { summary } from './summary.ts'

/** What runs by now, in the order of their starts. */
type Running = { name: string; process: SupervisedProcess; isStore: boolean }[]

type Plan = { chosen: readonly Service[]; watch: boolean; interrupted: AbortSignal; running: Running }

const say = (line: string) => console.log(line)

/**
 * Runs the named services, or all, with the data stores that they need, until somebody asks to stop.
 * @returns the exit code: 0 after a wanted stop, 1 when something failed or a start already runs here
 */
export async function runLocally(names: readonly string[], watch: boolean): Promise<number> {
  const unknown = names.filter((name) => !services.some((service) => service.name === name))
  if (unknown.length > 0) {
    say(`No service ${unknown.join(', ')}. There is: ${services.map(({ name }) => name).join(', ')}`)
    return 1
  }
  const holder = await claimCheckout()
  if (holder !== undefined) return reportRunning(holder)

  const running: Running = []
  const interrupted = listenForInterrupts(() => {
    for (const { process } of running) process.kill()
    process.exit(1)
  })
  const chosen = services.filter(({ name }) => names.length === 0 || names.includes(name))
  try {
    await startAndServe({ chosen, watch, interrupted, running })
    return 0
  } catch (error) {
    if (interrupted.aborted) return 0
    say(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stopAll(running)
    await releaseCheckout()
  }
}

async function startAndServe({ chosen, watch, interrupted, running }: Plan): Promise<void> {
  const postgres = await openPostgres(say)
  if (postgres.process) running.push({ name: 'PostgreSQL', process: postgres.process, isStore: true })
  interrupted.throwIfAborted()
  const redis = await openRedis(say)
  if (redis.process) running.push({ name: 'Redis', process: redis.process, isStore: true })

  const givePort = createPortGiver(say)
  const { secret, save } = await openSecrets()
  const started = []
  for (const service of chosen) {
    interrupted.throwIfAborted()
    const port = await givePort(service.port, service.name)
    const adminPort = await givePort(service.adminPort, `${service.name}'s metrics`)
    const urls = { postgresUrl: postgres.running.url, redisUrl: redis.running.url }
    const one = await startService({ service, port, adminPort, ...urls, secret, watch, say })
    await save()
    running.push({ name: service.name, process: one.process, isStore: false })
    started.push({ ...one, service })
  }

  const over = endOf(running, interrupted)
  await Promise.race([Promise.all(started.map((one) => waitUntilReady(one, one.service))), over])
  interrupted.throwIfAborted()
  const state = await writeState({
    services: started.map((one) => one.running),
    postgres: postgres.running,
    redis: redis.running,
  })
  say(`\n${summary(state)}\n\nready`)
  await over
}

/** Resolves when somebody asks to stop. @throws ServiceFailedError when something ends that should not */
async function endOf(running: Running, interrupted: AbortSignal): Promise<void> {
  const asked = new Promise<undefined>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(undefined))
  })
  const ends = running.map((part) => part.process.exited.then(() => part))
  const ended = await Promise.race([asked, ...ends])
  if (ended) throw failure(ended.name, ended.process)
}

/** Services first, all at once; then the stores that they use, the last first. */
async function stopAll(running: Running): Promise<void> {
  if (running.length > 0) say('Stopping')
  await removeState()
  await Promise.all(running.filter(({ isStore }) => !isStore).map(({ process }) => process.stop()))
  for (const { process } of running.filter(({ isStore }) => isStore).toReversed()) await process.stop()
}

async function reportRunning(pid: number): Promise<number> {
  const state = await readState()
  say(`It already runs here, as process ${pid}.`)
  say(state?.pid === pid ? `\n${summary(state)}` : 'It is still starting.')
  return 1
}
