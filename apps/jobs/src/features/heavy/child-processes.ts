import { type ChildProcess, fork } from 'node:child_process'
import { on, once } from 'node:events'
import type { RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Outcome, Retry, Snooze } from '../kinds/outcome.ts'
import { type TaskInput, type ToChild, type ToWorker, toWorker } from './task.ts'

/** The pause when PostgreSQL is unreachable. */
const laterMs = 5_000

type TaskContext = Pick<RunContext, 'id' | 'tenant' | 'signal' | 'cursor'> & { payload: unknown }

/**
 * Child processes that run one task at a time each. A process starts when a task needs one, and then stays, because a start takes
 * 100 to 300 ms. The concurrency of a kind limits how many there are. To abort a task, its process is killed: nothing else stops
 * native code.
 *
 * @param options.entry the module that serves the tasks
 * @param options.env of the processes (default: that of this process)
 */
export function createChildProcesses({ entry, env }: { entry: URL; env?: NodeJS.ProcessEnv }) {
  const idle = new Set<ChildProcess>()

  function start(): ChildProcess {
    const child = fork(entry, { ...(env && { env }), execArgv: [] })
    child.once('exit', () => idle.delete(child))
    // `perform` reports the error. Without a listener, it would end the worker.
    child.on('error', () => {})
    return child
  }

  return {
    /** Runs a task for a job. @throws when the signal aborts, or the process ends */
    async run(task: string, { id, tenant, payload, signal, cursor }: TaskContext): Promise<Outcome> {
      signal.throwIfAborted()
      const child = [...idle].find(({ connected }) => connected) ?? start()
      idle.delete(child)
      try {
        const input = { jobId: id, tenant, payload, cursor: cursor.value ?? null }
        const outcome = await perform(child, { task, input, signal, saveCursor: cursor.save })
        idle.add(child)
        return outcome
      } catch (error) {
        child.kill('SIGKILL')
        signal.throwIfAborted()
        throw error
      }
    },

    /** Ends the processes that are idle. Call it when no task runs any more. */
    async close(): Promise<void> {
      const connected = [...idle].filter((child) => child.connected)
      const ended = connected.map((child) => once(child, 'exit'))
      for (const child of connected) child.disconnect()
      await Promise.all(ended)
    },
  }
}

async function perform(
  child: ChildProcess,
  run: { task: string; input: TaskInput; signal: AbortSignal; saveCursor: RunContext['cursor']['save'] },
): Promise<Outcome> {
  const { task, input, signal, saveCursor } = run
  const messages = on(child, 'message', { signal, close: ['exit'] })
  const send = (message: ToChild) => child.send(message)
  send({ type: 'start', task, input })
  for await (const [raw] of messages) {
    const message = toWorker.parse(raw)
    if (message.type !== 'cursor') return outcomeOf(message)
    await saveCursor(message.value)
    send({ type: 'saved' })
  }
  throw new Error(`the process of the task has ended (${child.signalCode ?? `exit code ${child.exitCode}`})`)
}

function outcomeOf(message: Exclude<ToWorker, { type: 'cursor' }>): Outcome {
  switch (message.type) {
    case 'done':
      return Done(message.result)
    case 'dead':
      return Dead('non_retryable', new Error(message.message))
    case 'later':
      return Snooze(laterMs)
    case 'failed': {
      const { name, stack } = message
      return Retry(Object.assign(new Error(message.message), { name, stack }))
    }
  }
}
