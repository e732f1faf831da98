import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'

// A project with nothing but the bootstrap, one tool and one package, in a folder whose name needs quoting.
let project: string

beforeAll(async () => {
  project = join(await mkdtemp(join(tmpdir(), 'kit ')), `it's "here"`)
  await cp(join(root, 'tools/kit'), join(project, 'tools', 'kit'), { recursive: true })
  await cp(join(root, 'tools/kit.mjs'), join(project, 'tools', 'kit.mjs'))
  for (const folder of ['apps', 'packages/one']) await mkdir(join(project, folder), { recursive: true })
  await writeFile(
    join(project, 'package.json'),
    JSON.stringify({ name: 'p', private: true, scripts: { tool: '' } }),
  )
  await writeFile(join(project, 'packages/one/package.json'), JSON.stringify({ name: 'one', private: true }))
  await writeFile(join(project, 'pnpm-workspace.yaml'), 'packages: ["packages/*"]\n')
  await writeFile(join(project, 'pnpm-lock.yaml'), emptyLockfile)
  await writeFile(join(project, 'tools', 'tool.ts'), tool)
})

afterAll(() => rm(join(project, '..'), { recursive: true, force: true }))

const emptyLockfile = `lockfileVersion: '9.0'
settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false
importers:
  .: {}
  packages/one: {}
`

const tool = `
const [action, ...args]: string[] = process.argv.slice(2)
if (action === 'print') console.log(JSON.stringify({ args }))
if (action === 'exit') process.exitCode = Number(args[0])
if (action === 'wait') {
  process.on('SIGTERM', () => process.exit(0))
  process.on('disconnect', () => process.exit(0))
  console.log(process.pid)
}
`

test('kit: passes on arguments and the exit code', async () => {
  expect(await run(['tool', 'print', 'a b', '--c'])).toMatchObject({ code: 0, args: ['a b', '--c'] })
  expect(await run(['tool', 'exit', '7'])).toMatchObject({ code: 7 })
})

test('kit: four runs at once on a fresh checkout all succeed', async () => {
  await rm(join(project, 'node_modules'), { recursive: true, force: true })
  const results = await Promise.all(Array.from({ length: 4 }, () => run(['tool', 'print'])))
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0, 0])
})

test('kit: an unknown command fails and names the command that lists them', async () => {
  const { code, stderr } = await run(['nonsense'])
  expect(code).toBe(1)
  expect(stderr).toContain('npm run help lists the commands')
})

test('kit: a new package in the workspace is installed and added to the lockfile; in CI the run is refused', async () => {
  const folder = join(project, 'packages/two')
  await mkdir(folder)
  const dependencies = { one: 'workspace:*' }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'two', private: true, dependencies }))

  const refused = await run(['tool', 'print'], { CI: 'true' })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('commit pnpm-lock.yaml') })

  expect(await run(['tool', 'print'])).toMatchObject({ code: 0 })
  expect(existsSync(join(folder, 'node_modules/one/package.json'))).toBe(true)
  expect(await readFile(join(project, 'pnpm-lock.yaml'), 'utf8')).toContain('packages/two:')
  expect(await run(['tool', 'print'])).toMatchObject({ code: 0, stderr: '' })
})

test('kit: SIGTERM ends the tool, and its exit code is the tool’s', async () => {
  const kit = start(['tool', 'wait'])
  const toolPid = await firstLine(kit)
  kit.kill('SIGTERM')
  expect(await once(kit, 'exit')).toEqual([0, null])
  expect(() => process.kill(Number(toolPid), 0)).toThrow('ESRCH')
})

test('kit: when it is killed, the tool ends', async () => {
  const kit = start(['tool', 'wait'])
  await firstLine(kit)
  kit.kill('SIGKILL')
  // The tool has inherited the pipe of its output: that closes when the tool, too, has ended.
  expect(await once(kit, 'close')).toEqual([null, 'SIGKILL'])
})

function start(args: string[], extra: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, CI: undefined, ...extra }
  return spawn(process.execPath, [join(project, 'tools', 'kit.mjs'), ...args], { env })
}

async function run(args: string[], extra?: NodeJS.ProcessEnv) {
  const child = start(args, extra)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  const printed: { args?: string[] } = stdout === '' ? {} : JSON.parse(stdout)
  return { code: child.exitCode, stderr, ...printed }
}

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let all = ''
  for await (const chunk of stream) all += String(chunk)
  return all
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no stdout')
  const ended = once(child, 'close').then(([code]) => Promise.reject(new Error(`kit ended with ${code}`)))
  const [chunk] = await Promise.race([once(child.stdout, 'data'), ended])
  ended.catch(() => {}) // the end that comes later is expected
  return String(chunk).trim()
}
