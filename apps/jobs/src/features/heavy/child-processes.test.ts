import { fork } from 'node:child_process'
import { once } from 'node:events'
import { waitFor } from '@fondasi/testing'
import { afterAll, expect, test } from 'vitest'
import { Dead } from '../kinds/outcome.ts'
import { createChildProcesses } from './child-processes.ts'

const entry = new URL('../../../test/task-process.ts', import.meta.url)
const processes = createChildProcesses({ entry })
afterAll(() => processes.close())

/** A job's context, as far as tasks use it. */
function createContext(payload: unknown = null) {
  const aborting = new AbortController()
  const saved: unknown[] = []
  const cursor = {
    value: undefined,
    async save(value: unknown) {
      saved.push(value)
    },
  }
  const { signal } = aborting
  const abort = () => aborting.abort(new Error('the deadline has passed'))
  return { context: { id: 'a', tenant: 'main', payload, cursor, signal }, saved, abort }
}

const echo = async () => processes.run('echo', createContext('hello').context)
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a task gets its payload, saves cursors, and its process stays for the next task', async () => {
  const { context, saved } = createContext('hello')
  const first = await processes.run('echo', context)
  expect(first).toMatchObject({ kind: 'done', result: { payload: 'hello', cursor: null } })
  expect(saved).toEqual(['half'])
  expect(await echo()).toEqual(first)
})

test('a task decides that its job is dead; what it throws is another attempt, with its stack', async () => {
  const { context } = createContext()
  expect(await processes.run('refuse', context)).toEqual(
    Dead('non_retryable', new Error('it can never succeed')),
  )
  expect(await processes.run('fail', context)).toMatchObject({
    kind: 'retry',
    error: { name: 'RangeError', message: 'not this time', stack: expect.stringContaining('task-process') },
  })
})

test('a task whose database is away uses no attempt', async () => {
  expect(await processes.run('ask', createContext().context)).toMatchObject({ kind: 'snooze' })
})

test('a cursor that the ledger rejects ends the task: another run has the job', async () => {
  const { context } = createContext()
  const cursor = { value: undefined, save: () => Promise.reject(new Error('fenced')) }
  await expect(processes.run('echo', { ...context, cursor })).rejects.toThrow('fenced')
  expect(await echo()).toMatchObject({ kind: 'done' })
})

test('a process that crashes fails its task only; the next one gets a new process', async () => {
  await expect(processes.run('crash', createContext().context)).rejects.toThrow('SIGKILL')
  expect(await echo()).toMatchObject({ kind: 'done' })
})

test('at the deadline a task is killed, even one that blocks its process, and others go on', async () => {
  const { context, saved, abort } = createContext()
  const spinning = processes.run('spin', context)
  const next = echo()
  const pid = await waitFor(() => Number(saved[0]), { what: 'the task to start' })
  abort()
  await expect(spinning).rejects.toThrow('the deadline has passed')
  expect(await next).toMatchObject({ kind: 'done' })
  await waitFor(() => !isAlive(pid), { what: 'the process to be gone' })
})

test('a task whose deadline has passed before its start is never started', async () => {
  const { context, saved, abort } = createContext()
  abort()
  await expect(processes.run('echo', context)).rejects.toThrow('the deadline has passed')
  expect(await echo()).toMatchObject({ kind: 'done' })
  expect(saved).toEqual([])
})

test('signals to the process group do not end a process, the end of its worker does', async () => {
  const child = fork(entry, { execArgv: [] })
  child.send({
    type: 'start',
    task: 'refuse',
    input: { jobId: 'a', tenant: 'main', payload: 1, cursor: null },
  })
  await once(child, 'message')
  child.kill('SIGTERM')
  child.kill('SIGINT')
  child.send({
    type: 'start',
    task: 'refuse',
    input: { jobId: 'a', tenant: 'main', payload: 2, cursor: null },
  })
  expect(await once(child, 'message')).toMatchObject([{ type: 'dead' }, undefined])
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([0, null])
})
