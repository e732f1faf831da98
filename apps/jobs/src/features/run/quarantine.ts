import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { z } from 'zod'
import { describeFailure } from './failure.ts'
import { type Runner, recordCrash } from './repository.ts'

/** The first crash may be an accident, such as too little memory. */
const maxCrashes = 2
/** The pause before a restart, so that a process that cannot start does not use a whole CPU. */
const restartMs = 1_000

const announcement = z.object({ running: z.uuid(), kind: z.string() })

/**
 * Keeps a process running that runs quarantined jobs, one at a time. If that process dies, the job that it was running counts a
 * crash; after the second one, the job is dead (`poison`). If this process dies, the other one ends too, and no crash is counted.
 *
 * @param options.program is started with `--quarantine`
 */
export function createQuarantine(options: {
  program: URL
  env: NodeJS.ProcessEnv
  db: Db
  who: Runner
  log: Logger
}) {
  const { program, env, db, who, log } = options
  const stopping = new AbortController()
  let child: ChildProcess | undefined
  let running: Promise<void> | undefined

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      const startedAt = new Date()
      let announced: z.output<typeof announcement> | undefined
      child = fork(program, ['--quarantine'], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      child.on('message', (message) => {
        announced = announcement.parse(message)
      })
      const [code, signal] = await once(child, 'exit')
      if (stopping.signal.aborted) return
      log.error(
        { code, signal, jobId: announced?.running },
        'the quarantine process has died; starting another one',
      )
      if (announced !== undefined)
        await blame(announced, startedAt).catch((error: unknown) =>
          log.error({ err: error }, 'cannot record which job crashed; its next crash counts as the first'),
        )
      await delay(restartMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  async function blame({ running: id, kind }: z.output<typeof announcement>, startedAt: Date): Promise<void> {
    const failure = describeFailure(new Error('the process died while it ran the job'), kind)
    await recordCrash(db, id, { ...who, startedAt, outcome: 'crashed', failure }, maxCrashes)
  }

  return {
    start(): void {
      running = keepRunning()
    },
    /** Asks the process to stop, and waits until it has. */
    async stop(): Promise<void> {
      stopping.abort()
      child?.kill('SIGTERM')
      await running
    },
  }
}
