import { type Service, services } from '../services.ts'
import { afterReady } from './after-ready.ts'
import { claimCheckout, releaseCheckout } from './claim.ts'
import { exitWithUsage, readCommandLine } from './command-line.ts'
import { openPostgres, openRedis } from './data-stores.ts'
import { listenForInterrupts } from './interrupts.ts'
import { startMailCatcher } from './mail-catcher.ts'
import { mailLine } from './mail-line.ts'
import { openSecrets } from './secrets.ts'
import { failure } from './service-process.ts'
import { type Part, startServices } from './start-services.ts'
import { readState, removeState, writeState } from './state.ts'
import { summary } from './summary.ts'

type Plan = { chosen: readonly Service[]; watch: boolean; interrupted: AbortSignal; parts: Part[] }

const say = (line: string) => console.log(line)

/**
 * Runs the services that the command line names, or all, with the data stores that they need, until somebody asks to
 * stop.
 * @param command dev restarts a service when a file that it imports changes
 * @returns the exit code: 0 after a wanted stop, 1 when something failed or a start already runs here
 */
export async function runLocally(command: 'start' | 'dev'): Promise<number> {
  const { positionals: names } = readCommandLine(command, { allowPositionals: true })
  const unknown = names.filter((name) => !services.some((service) => service.name === name))
  if (unknown.length > 0) exitWithUsage(command, `There is no app ${unknown.join(', ')}.`)
  const holder = await claimCheckout()
  if (holder !== undefined) return reportRunning(holder)

  const parts: Part[] = []
  const interrupted = listenForInterrupts(() => {
    for (const part of parts) part.process.kill()
    process.exit(1)
  })
  const chosen = services.filter(({ name }) => names.length === 0 || names.includes(name))
  try {
    await startAndServe({ chosen, watch: command === 'dev', interrupted, parts })
    return 0
  } catch (error) {
    if (interrupted.aborted) return 0
    say(`\n${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stopAll(parts)
    await releaseCheckout()
  }
}

async function startAndServe({ chosen, watch, interrupted, parts }: Plan): Promise<void> {
  const postgres = await openPostgres(say)
  if (postgres.process) parts.push({ name: 'PostgreSQL', process: postgres.process, isStore: true })
  interrupted.throwIfAborted()
  const redis = await openRedis(say)
  if (redis.process) parts.push({ name: 'Redis', process: redis.process, isStore: true })

  const stores = parts.filter(({ isStore }) => isStore)
  const { secret } = await openSecrets()
  // It runs in this process and ends with it, after the services.
  const mail = await startMailCatcher((received) => say(mailLine(received)))
  const { smtpUrl } = mail
  const urls = { postgresUrl: postgres.running.url, redisUrl: redis.running.url, smtpUrl }
  const starting = startServices({ ...urls, chosen, secret, watch, say, interrupted, parts })
  starting.catch(() => {}) // awaited below, except after an interruption
  const running = await Promise.race([starting, endOf(stores, interrupted)])
  if (!running) return
  const state = await writeState({
    services: running,
    postgres: postgres.running,
    redis: redis.running,
    mail: { smtpUrl, inboxUrl: mail.inboxUrl },
  })
  say(`\n${summary(state)}\n\nready`)
  const ended = new AbortController()
  const after = Promise.all(running.flatMap(({ name }) => afterReady[name]?.(state, ended.signal, say) ?? []))
  try {
    await endOf(parts, interrupted)
  } finally {
    ended.abort()
    await after
  }
}

/** Resolves when somebody asks to stop. @throws ProgramFailedError when a part ends by itself */
async function endOf(parts: readonly Part[], interrupted: AbortSignal): Promise<undefined> {
  if (interrupted.aborted) return
  const asked = new Promise<undefined>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(undefined))
  })
  const ends = parts.map((part) => part.process.exited.then(() => part))
  const ended = await Promise.race([asked, ...ends])
  if (ended) throw failure(ended.name, ended.process)
}

/** Stops the services, all at once, and then the stores that they use, in reverse order. */
async function stopAll(parts: readonly Part[]): Promise<void> {
  if (parts.length > 0) say('Stopping')
  await removeState()
  await Promise.all(parts.filter(({ isStore }) => !isStore).map(({ process }) => process.stop()))
  for (const { process } of parts.filter(({ isStore }) => isStore).toReversed()) await process.stop()
}

async function reportRunning(pid: number): Promise<number> {
  const state = await readState()
  say(`It already runs here, as process ${pid}.`)
  say(state?.pid === pid ? `\n${summary(state)}` : 'It is still starting or seeding.')
  return 1
}
