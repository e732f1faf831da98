import { type ChildProcess, fork } from 'node:child_process'
import { on, once } from 'node:events'
import type { RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Outcome, Retry } from '../kinds/outcome.ts'
import { type TaskInput, type ToChild, type ToWorker, toWorker } from './task.ts'

type TaskContext = Pick<RunContext, 'id' | 'tenant' | 'signal' | 'cursor'> & { payload: unknown }

/**
 * Child processes that run tasks, one at a time each. They start when they are first needed and then stay, because a start
 * costs 100 to 300 ms. An aborted task is killed with its process: nothing else stops native code.
 *
 * @param options.entry the module that serves the tasks
 * @param options.size how many tasks run at once; others wait
 * @param options.env of the processes (default: that of this process)
 */
export function createChildProcesses(options: { entry: URL; size: number; env?: NodeJS.ProcessEnv }) {
  const { entry, size, env } = options
  /** One element for each task that may start now: the process of an earlier task, or undefined. */
  const free = Array.from({ length: size }, (): ChildProcess | undefined => undefined)
  const waiting = new Set<(child: ChildProcess | undefined) => void>()

  function start(): ChildProcess {
    const child = fork(entry, { ...(env && { env }), execArgv: [] })
    // `perform` reports it. Without a listener the error would end the worker.
    child.on('error', () => {})
    return child
  }

  async function acquire(signal: AbortSignal): Promise<ChildProcess | undefined> {
    signal.throwIfAborted()
    if (free.length > 0) return free.pop()
    return new Promise((resolve, reject) => {
      waiting.add(resolve)
      signal.addEventListener('abort', () => waiting.delete(resolve) && reject(signal.reason))
    })
  }

  /** Passes the place on to the task that has waited longest. */
  function release(child: ChildProcess | undefined): void {
    const [next] = waiting
    if (next === undefined) free.push(child)
    else {
      waiting.delete(next)
      next(child)
    }
  }

  return {
    /** Runs a task for a job. @throws when the signal aborts, or the process ends */
    async run(task: string, { id, tenant, payload, signal, cursor }: TaskContext): Promise<Outcome> {
      let child = await acquire(signal)
      try {
        if (!child?.connected) child = start()
        const input = { jobId: id, tenant, payload, cursor: cursor.value ?? null }
        return await perform(child, { task, input, signal, saveCursor: cursor.save })
      } catch (error) {
        child?.kill('SIGKILL')
        child = undefined
        signal.throwIfAborted()
        throw error
      } finally {
        release(child)
      }
    },

    /** Ends the processes that are idle. Call it when no task runs any more. */
    async close(): Promise<void> {
      const ending = free.map(async (child) => {
        if (!child?.connected) return
        const ended = once(child, 'exit')
        child.disconnect()
        await ended
      })
      await Promise.all(ending)
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
    case 'failed': {
      const { name, stack } = message
      return Retry(Object.assign(new Error(message.message), { name, stack }))
    }
  }
}
