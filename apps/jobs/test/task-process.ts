import { createDb, createPool } from '@fondasi/postgres'
import { pino } from 'pino'
import { serveTasks } from '../src/features/heavy/task.ts'

// A child process with tasks that misbehave.
serveTasks({
  async echo({ payload, cursor }, saveCursor) {
    await saveCursor('half')
    return { type: 'done', result: { payload: String(payload), cursor, pid: process.pid } }
  },
  async refuse() {
    return { type: 'dead', message: 'it can never succeed' }
  },
  async fail() {
    throw new RangeError('not this time')
  },
  /** Queries a database that does not run. */
  async ask() {
    const url = 'postgres://nobody@127.0.0.1:1/nothing'
    const log = pino({ level: 'silent' })
    await createDb(createPool({ url, applicationName: 'task', log })).execute('select 1')
    return { type: 'dead', message: 'somebody answered' }
  },
  async crash() {
    process.kill(process.pid, 'SIGKILL')
    return new Promise(() => {})
  },
  /** Blocks its event loop, as native code does. */
  async spin(_input, saveCursor) {
    await saveCursor(process.pid)
    for (;;);
  },
})
