import { z } from 'zod'
import type { Json } from '../kinds/outcome.ts'

/** What a task knows of its job. The cursor is what an earlier run of the job has saved. */
const taskInput = z.object({
  jobId: z.string(),
  tenant: z.string(),
  payload: z.unknown(),
  cursor: z.json().nullable(),
})
type TaskInput = z.output<typeof taskInput>

/**
 * Work that would block the event loop of a worker. It runs in a child process, which can be killed at any time.
 *
 * @param saveCursor rejects when the job has ended or another run has it
 */
export type Task = (input: TaskInput, saveCursor: (value: Json) => Promise<void>) => Promise<TaskEnd>

/** From the worker to its child process: one task, and `saved` after each cursor. */
export const toChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start'), task: z.string(), input: taskInput }),
  z.object({ type: z.literal('saved') }),
])
export type ToChild = z.output<typeof toChild>

/** From the child process to its worker. `failed` means that another run may succeed. */
export const toWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cursor'), value: z.json() }),
  z.object({ type: z.literal('done'), result: z.json() }),
  z.object({ type: z.literal('dead'), message: z.string() }),
  z.object({ type: z.literal('failed'), name: z.string(), message: z.string(), stack: z.string() }),
])
export type ToWorker = z.output<typeof toWorker>

/** How a task ends: with a result, or with the reason why no run can succeed. To be run again, it throws. */
export type TaskEnd = Extract<ToWorker, { type: 'done' | 'dead' }>
