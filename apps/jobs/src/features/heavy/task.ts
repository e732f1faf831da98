import { isDatabaseUnavailable } from '@fondasi/postgres'
import { z } from 'zod'
import type { Json } from '../kinds/outcome.ts'

/** What a task knows of its job. The cursor is what an earlier run of the job has saved. */
const taskInput = z.object({
  jobId: z.string(),
  tenant: z.string(),
  payload: z.unknown(),
  cursor: z.json().nullable(),
})
export type TaskInput = z.output<typeof taskInput>

/** From the worker to its child process: one task, and `saved` after each cursor. */
const toChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), task: z.string(), input: taskInput }),
  z.object({ type: z.literal('saved') }),
])
export type ToChild = z.output<typeof toChild>

/** From the child process to its worker. After `failed` and `later`, the job runs again; `later` uses no attempt. */
export const toWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cursor'), value: z.json() }),
  z.object({ type: z.literal('done'), result: z.json() }),
  z.object({ type: z.literal('dead'), message: z.string() }),
  z.object({ type: z.literal('later') }),
  z.object({ type: z.literal('failed'), name: z.string(), message: z.string(), stack: z.string() }),
])
export type ToWorker = z.output<typeof toWorker>

/** How a task ends: with a result, or with the reason why no run can succeed. A task that should run again throws. */
export type TaskEnd = Extract<ToWorker, { type: 'done' | 'dead' }>

export const taskDead = (message: string): TaskEnd => ({ type: 'dead', message })

/**
 * Work that would block the event loop of a worker. It runs in a child process, which can be killed at any time.
 *
 * @param saveCursor resolves when the cursor is saved. If the job has ended or another run has it, the worker kills the process
 */
export type Task = (input: TaskInput, saveCursor: (value: Json) => Promise<void>) => Promise<TaskEnd>

/** Serves the tasks that the worker sends to this process. The process ends with the worker, however that ends. */
export function serveTasks(tasks: Record<string, Task>): void {
  let saved = () => {}
  const send = (message: ToWorker) => process.send?.(message)
  const saveCursor = (value: Json) =>
    new Promise<void>((resolve) => {
      saved = resolve
      send({ type: 'cursor', value })
    })

  process.on('message', (raw) => {
    const message = toChild.parse(raw)
    if (message.type === 'saved') saved()
    else void run(tasks[message.task], message.input, saveCursor).then(send)
  })
  process.once('disconnect', () => process.exit())
  // A terminal sends signals to all processes of a group. Only the worker reacts, because it decides what happens to its jobs.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}

async function run(task: Task | undefined, ...args: Parameters<Task>): Promise<ToWorker> {
  try {
    if (task === undefined) throw new Error('this process has no such task')
    return await task(...args)
  } catch (error) {
    if (isDatabaseUnavailable(error)) return { type: 'later' }
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    return { type: 'failed', name, message, stack }
  }
}
