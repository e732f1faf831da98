import type { Json } from '../kinds/outcome.ts'
import { type Task, type ToWorker, toChild } from './task.ts'

/** Serves the tasks that the worker sends to this process. It ends with the worker, however that ends. */
export function serveTasks(tasks: Record<string, Task>): void {
  let saved: (() => void) | undefined
  const send = (message: ToWorker) => process.send?.(message)
  const saveCursor = (value: Json) =>
    new Promise<void>((resolve) => {
      saved = resolve
      send({ type: 'cursor', value })
    })

  process.on('message', (raw) => {
    const message = toChild.parse(raw)
    if (message.type === 'saved') saved?.()
    else void run(tasks[message.task], message.input, saveCursor).then(send)
  })
  process.once('disconnect', () => process.exit())
  // The terminal and some supervisors send signals to all processes of a group. The worker decides what happens to its jobs.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}

async function run(task: Task | undefined, ...args: Parameters<Task>): Promise<ToWorker> {
  try {
    if (task === undefined) throw new Error('this process has no such task')
    return await task(...args)
  } catch (error) {
    const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
    return { type: 'failed', name, message, stack }
  }
}
