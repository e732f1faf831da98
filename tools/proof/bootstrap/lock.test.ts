import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let folder: string
let lock: string
let journal: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kit lock '))
  lock = join(folder, 'prepare.lock')
  journal = join(folder, 'journal')
  await writeFile(journal, '')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

const forEverMs = 3_600_000

test('lock: when eight processes at once find the lock of a dead one, only one at a time takes it', async () => {
  const dead = contender(0)
  await once(dead, 'exit')
  await writeFile(lock, String(dead.pid))
  await writeFile(journal, '')

  const contenders = Array.from({ length: 8 }, () => contender(30))
  await Promise.all(contenders.map((child) => once(child, 'exit')))
  const entries = (await readFile(journal, 'utf8')).trim().split('\n')
  expect(entries).toEqual(Array.from({ length: 8 }, () => ['in', 'out']).flat())
})

test('lock: the lock of a killed holder is taken over at once', async () => {
  const holder = contender(forEverMs)
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  // Its age must not be the reason to take it: only that the holder is dead.
  const inAnHour = new Date(Date.now() + 3_600_000)
  await utimes(lock, inAnHour, inAnHour)

  const [code] = await once(contender(0), 'exit')
  expect(code).toBe(0)
})

test('lock: an old lock is taken over, even if another process has the id of its holder', async () => {
  await writeFile(lock, String(process.pid))
  const aMinuteAgo = new Date(Date.now() - 60_000)
  await utimes(lock, aMinuteAgo, aMinuteAgo)
  const [code] = await once(contender(0), 'exit')
  expect(code).toBe(0)
  await expect(access(lock)).rejects.toThrow('ENOENT')
})

/** A process that takes the lock, holds it for a while, and records when it took and released it. */
function contender(holdMs: number) {
  const script = `
    import { appendFileSync } from 'node:fs'
    import { withLock } from ${JSON.stringify(new URL('../../kit/lock.mjs', import.meta.url).href)}
    const [lock, journal] = process.argv.slice(1)
    await withLock(lock, async () => {
      appendFileSync(journal, 'in\\n')
      console.log('in')
      await new Promise((resolve) => setTimeout(resolve, ${holdMs}))
      appendFileSync(journal, 'out\\n')
    })`
  return spawn(process.execPath, ['--input-type=module', '--eval', script, lock, journal], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
