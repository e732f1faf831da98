import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

let local: string
/** Where PostgreSQL's data would be. */
const data = () => join(local, 'postgres')

beforeAll(async () => {
  local = await mkdtemp(join(tmpdir(), 'called wrongly '))
  await mkdir(data())
})

afterAll(() => rm(local, { recursive: true, force: true }))

test.each([
  'reset --help',
  'reset foo',
  'smoke --help',
  'smoke --base-url',
  'smoke nothing',
  'token --role boss',
])('called wrongly, %s says how and ends with 2; no data is touched', (line) => {
  const [tool = '', ...args] = line.split(' ')
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '..', `${tool}.ts`), ...args],
    { env: { ...process.env, FONDASI_LOCAL: local }, encoding: 'utf8' },
  )
  expect(stderr).toMatch(new RegExp(`^Usage: npm run ${tool}.*\n$`))
  expect(status).toBe(2)
  expect(existsSync(data())).toBe(true)
})
