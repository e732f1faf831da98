import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../local/paths.ts'

/** Runs the command with a temporary folder of its own, which must be empty at the end. */
async function startChaos(...args: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-proof-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const jsonFile = join(folder, 'chaos.json')
  const program = [join(root, 'tools/chaos.ts'), 'jobs', '--quick', '--json', jsonFile, ...args]
  const child = spawn(process.execPath, program, {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = text(child.stdout)
  const isMeasuring = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('Measuring')) resolve()
    })
  })
  const ended = once(child, 'exit').then(async ([code]) => {
    const rows: { name: string; value: number | null; ok: boolean }[] = JSON.parse(
      await readFile(jsonFile, 'utf8'),
    )
    await rm(jsonFile)
    return { code, rows, output: await output, left: await readdir(folder) }
  })
  return { child, isMeasuring, ended }
}

test('Redis loses its data while clients enqueue, and no acknowledged job is lost', async () => {
  const { ended } = await startChaos('--only', 'redis without', '--times', '2')
  const { rows, output, left } = await ended
  // How soon jobs start again depends on the machine.
  const promises = rows.filter(({ name }) => !name.includes('seconds'))
  expect(promises.length).toBe(4)
  expect(
    promises.filter(({ ok }) => !ok),
    output,
  ).toEqual([])
  expect(left).toEqual([])
})

test('Ctrl-C ends it with code 1, and it leaves no data and no process', async () => {
  const { child, isMeasuring, ended } = await startChaos('--only', 'worker')
  await isMeasuring
  child.kill('SIGINT')
  const { code, output, left } = await ended
  expect(output).toContain('interrupted by SIGINT')
  expect(code).toBe(1)
  expect(left).toEqual([])
})
