import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CommandName, commands, describe } from '../../commands.ts'
import { root } from '../../local/paths.ts'

let local: string
/** Where PostgreSQL's data would be. */
const data = () => join(local, 'postgres')

beforeAll(async () => {
  local = await mkdtemp(join(tmpdir(), 'called wrongly '))
  await mkdir(data())
})

afterAll(() => rm(local, { recursive: true, force: true }))

const { scripts }: { scripts: object } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const names = Object.keys(scripts).filter((script): script is CommandName => Object.hasOwn(commands, script))

test.each(names)('--help of %s prints the usage and exits with 0; it does nothing else', (name) => {
  const { status, stdout } = call(name, ['--help'])
  expect(stdout).toBe(`${describe(name)}\n`)
  expect(status).toBe(0)
  expect(existsSync(data())).toBe(true)
})

// These commands pass unknown options to vitest.
const passOn = ['test', 'test:all']

test.each(names.filter((name) => !passOn.includes(name)))(
  '%s with an unknown option prints the usage and exits with 2; it does nothing else',
  (name) => {
    const { status, stderr } = call(name, ['--no-such-option'])
    expect(stderr).toContain(describe(name))
    expect(status).toBe(2)
    expect(existsSync(data())).toBe(true)
  },
)

const wrong = [
  'reset auth',
  'migration auth',
  'migration auth Add_Nickname',
  'start nothing',
  'smoke --base-url',
  'smoke nothing',
  'token --role boss',
  'drill NoSuchAlert',
  'bench nothing',
]

// An ejected repository lacks some of the commands.
const calls = names.flatMap((name) =>
  wrong.filter((line) => line.split(' ')[0] === name).map((line) => [line, name] as const),
)

test.each(calls)('%s prints the usage and exits with 2', (line, name) => {
  const { status, stderr } = call(name, line.split(' ').slice(1))
  expect(stderr).toContain(describe(name))
  expect(status).toBe(2)
})

test.runIf(names.includes('seed'))(
  'an option that npm kept for itself, because -- is missing, is reported',
  () => {
    const { status, stderr } = call('seed', ['catalog'], { npm_config_scale: '1000000' })
    expect(stderr).toContain('put -- before the arguments')
    expect(status).toBe(2)
  },
)

function call(name: CommandName, args: string[], extra: NodeJS.ProcessEnv = {}) {
  const tool = join(root, `tools/${name.replaceAll(':', '-')}.ts`)
  const env = { ...process.env, FONDASI_LOCAL: local, ...extra }
  return spawnSync(process.execPath, [tool, ...args], { env, encoding: 'utf8' })
}
