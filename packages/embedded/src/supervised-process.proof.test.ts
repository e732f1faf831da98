import { execFileSync } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { startSupervised } from './supervised-process.ts'

test('supervised process: its output arrives line by line, and its exit code is reported', async () => {
  const lines: string[] = []
  const child = await start('console.log("one"); console.error("two"); process.exitCode = 7', (line) => {
    lines.push(line)
  })
  expect(await child.exited).toBe(7)
  expect(lines).toEqual(['one', 'two'])
  expect(child.lastLines()).toBe('one\ntwo')
})

test('supervised process: stop sends the signal and waits for the end', async () => {
  const child = await start(
    'process.on("SIGTERM", () => process.exit(3)); console.log("up"); setInterval(() => {}, 9999)',
  )
  await vi.waitFor(() => expect(child.lastLines()).toBe('up'), 20_000)
  await child.stop()
  expect(await child.exited).toBe(3)
})

test('supervised process: if it ignores the signal, it is killed after the grace period', async () => {
  const child = await start('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 9999)')
  await vi.waitFor(() => expect(child.lastLines()).toBe('up'), 20_000)
  await child.stop()
  expect(await child.exited).toBe(128 + 9)
})

test('supervised process: a command that does not exist ends with code 127 and a message', async () => {
  const child = await startSupervised({ ...defaults, command: '/does/not/exist', args: [] })
  expect(await child.exited).toBe(127)
  expect(child.lastLines()).toContain('/does/not/exist')
})

test('supervised process: when its parent is killed, it is stopped', async () => {
  const module = new URL('./supervised-process.ts', import.meta.url).href
  const parent = `
    import { startSupervised } from ${JSON.stringify(module)}
    const child = await startSupervised({ command: 'sleep', args: ['1000'], env: process.env, stopSignal: 'TERM', graceSeconds: 1 })
    console.log(child.pid)
    process.kill(process.pid, 'SIGKILL')`
  let output = ''
  try {
    execFileSync(process.execPath, ['--input-type=module', '--eval', parent])
  } catch (killed) {
    output = killed instanceof Error && 'stdout' in killed ? String(killed.stdout) : ''
  }
  const pid = Number(output)
  expect(pid).toBeGreaterThan(1)
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), 20_000)
})

const defaults = { env: process.env, stopSignal: 'TERM' as const, graceSeconds: 1 }

function start(script: string, onLine: (line: string) => void = () => {}) {
  return startSupervised({ ...defaults, command: process.execPath, args: ['--eval', script], onLine })
}
