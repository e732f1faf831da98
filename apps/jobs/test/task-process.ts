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
