import { fileURLToPath } from 'node:url'
import { spawnApp, waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'

const program = fileURLToPath(new URL('../test/shutdown-process.ts', import.meta.url))
const startMs = 90_000

async function start(...args: string[]) {
  const app = spawnApp(program, {}, args)
  onTestFinished(() => void app.child.kill('SIGKILL'))
  const messages = () => app.log.map(({ msg }) => msg)
  const logged = (message: string) =>
    waitFor(() => messages().includes(message), { what: message, timeoutMs: startMs })
  await logged('running')
  return { ...app, messages, logged }
}

test('a shutdown that hangs ends within the grace period, which is a parameter, and says so', async () => {
  const app = await start('4000')
  app.child.kill('SIGTERM')
  expect(await app.exited).toBe(1)
  expect(app.messages()).toEqual([
    'running',
    'stopping',
    'closing',
    'half of the grace period is over',
    'the shutdown took too long; ending the process',
  ])
})

test('a second signal hurries a shutdown that can interrupt its work, which then ends with 0', async () => {
  const app = await start('600000', 'interruptible')
  app.child.kill('SIGTERM')
  await app.logged('closing')
  app.child.kill('SIGTERM')
  expect(await app.exited).toBe(0)
  expect(app.messages().slice(-2)).toEqual(['stopping without waiting for running work', 'stopped'])
})

test('a second signal that comes before the work is closed hurries it too', async () => {
  const app = await start('600000', 'interruptible')
  // While the process is stopped, both signals arrive.
  for (const signal of ['SIGSTOP', 'SIGTERM', 'SIGINT', 'SIGCONT'] as const) app.child.kill(signal)
  expect(await app.exited).toBe(0)
  expect(app.messages()).toContain('closing')
})

test.each([
  ['a second signal ends a shutdown that cannot interrupt its work', undefined, 1],
  ['a third signal ends any shutdown', 'stubborn', 2],
])('%s', async (_, mode, signals) => {
  const app = await start('600000', ...(mode === undefined ? [] : [mode]))
  app.child.kill('SIGTERM')
  await app.logged('closing')
  for (let sent = 1; sent <= signals; sent++) {
    app.child.kill('SIGTERM')
    if (sent < signals) await app.logged('stopping without waiting for running work')
  }
  expect(await app.exited).toBe(1)
  expect(app.messages()).not.toContain('stopped')
})
