import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Outcome, Retry } from '../kinds/outcome.ts'
import { type ToChild, type ToWorker, toWorker } from './task.ts'

type TaskContext = Pick<RunContext, 'id' | 'tenant' | 'signal' | 'cursor'> & { payload: unknown }

export type ChildProcesses = ReturnType<typeof createChildProcesses>

/**
 * Child processes that run tasks, one at a time each. They start when they are first needed and then stay, because a start
 * costs 100 to 300 ms. An aborted task is killed with its process: nothing else stops native code.
 *
 * @param options.entry the module that serves the tasks
 * @param options.size how many tasks run at once; others wait
 * @param options.env of the processes (default: that of this process)
 */
export function createChildProcesses(options: { entry: URL; size: number; env?: NodeJS.ProcessEnv }) {
  const { entry, env } = options
  const idle = new Set<ChildProcess>()
  const waiting = new Set<() => void>()
  let free = options.size

  function start(): ChildProcess {
    const child = fork(entry, { ...(env && { env }), execArgv: [] })
    child.once('exit', () => idle.delete(child))
    // Reported by `perform`; without a listener the error would end the worker.
    child.on('error', () => {})
    return child
  }

  async function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (free > 0) {
      free -= 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      waiting.add(resolve)
      signal.addEventListener('abort', () => waiting.delete(resolve) && reject(signal.reason))
    })
  }

  /** Passes the place on to the task that has waited longest. */
  function release(): void {
    const [next] = waiting
    if (next === undefined) free += 1
    else {
      waiting.delete(next)
      next()
    }
  }

  return {
    size: options.size,

    /** Runs a task for a job. @throws when the signal aborts, or the process ends */
    async run(task: string, context: TaskContext): Promise<Outcome> {
      await acquire(context.signal)
      try {
        const [child = start()] = idle
        idle.delete(child)
        const outcome = await perform(child, task, context)
        if (child.connected) idle.add(child)
        return outcome
      } finally {
        release()
      }
    },

    /** Ends the processes that are idle. Call it when no task runs any more. */
    async close(): Promise<void> {
      const ended = [...idle].map((child) => once(child, 'exit'))
      for (const child of idle) child.disconnect()
      await Promise.all(ended)
    },
  }
}

async function perform(child: ChildProcess, task: string, context: TaskContext): Promise<Outcome> {
  const { id, tenant, payload, cursor, signal } = context
  const ended = Promise.withResolvers<Outcome>()
  const listening = new AbortController()
  const send = (message: ToChild) => child.send(message, (error) => error && ended.reject(error))
  const onMessage = (raw: unknown) => {
    const message = toWorker.parse(raw)
    if (message.type !== 'cursor') ended.resolve(outcomeOf(message))
    else cursor.save(message.value).then(() => send({ type: 'saved' }), ended.reject)
  }
  const onExit = (code: number | null, by: string | null) =>
    ended.reject(new Error(`the process of the task has ended (${by ?? `exit code ${code}`})`))
  child.on('message', onMessage).once('exit', onExit)
  signal.addEventListener('abort', () => ended.reject(signal.reason), { signal: listening.signal })
  try {
    send({ type: 'start', task, input: { jobId: id, tenant, payload, cursor: cursor.value ?? null } })
    return await ended.promise
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  } finally {
    child.off('message', onMessage).off('exit', onExit)
    listening.abort()
  }
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
