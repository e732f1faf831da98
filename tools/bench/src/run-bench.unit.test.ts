import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atLeast } from './report.ts'
import { measureParts, type Part, type Run, runBench } from './run-bench.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-bench-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Measure = (run: Run) => Promise<void>

const never = new Promise<never>(() => {})

async function run(bench: Measure, interrupted: Promise<never> = never, only?: string) {
  const jsonFile = join(folder, 'bench.json')
  const said: string[] = []
  const printed: string[] = []
  const exitCode = await runBench(bench, {
    jsonFile,
    ...(only !== undefined && { only }),
    interrupted,
    say: (line) => said.push(line),
    print: (text) => printed.push(text),
  })
  const json: unknown = JSON.parse(await readFile(jsonFile, 'utf8'))
  return { exitCode, json, said, printed: printed.join('\n') }
}

const good: Part<object> = ['logins', async () => [{ name: 'login/s', value: 40, from: '' }]]
const reached: Part<object> = ['goals', async () => [{ name: 'ratio', value: 1, goal: atLeast(1), from: '' }]]
const missed: Part<object> = ['goals', async () => [{ name: 'ratio', value: 0, goal: atLeast(1), from: '' }]]
const broken: Part<object> = ['hostile bodies', () => Promise.reject(new Error('write EPIPE'))]

const benchOf =
  (...parts: Part<object>[]): Measure =>
  (context) =>
    measureParts(parts, {}, context)

test.each([
  ['every part ran and every goal is reached', [good, reached], 0],
  ['a goal is missed', [good, missed], 1],
  ['a part failed', [good, broken], 1],
])('exit code when %s', async (_, parts, expected) => {
  expect((await run(benchOf(...parts))).exitCode).toBe(expected)
})

test('a part that fails is named; what was measured before and after it is printed and in the JSON file', async () => {
  const { json, said, printed } = await run(benchOf(good, broken, reached))
  expect(json).toEqual([
    { name: 'login/s', value: 40, goal: null, ok: true },
    { name: 'ratio', value: 1, goal: '≥ 1', ok: true },
    { name: 'hostile bodies', value: null, goal: null, ok: false, error: 'write EPIPE' },
  ])
  expect(printed).toMatch(/login\/s +40/)
  expect(printed).toMatch(/ratio +1/)
  expect(printed).toContain('FAILED  hostile bodies: write EPIPE')
  expect(said).toContain('Measuring hostile bodies failed: write EPIPE')
})

test('--only runs the parts whose name contains the text, and says how long each took', async () => {
  const { json, said, exitCode } = await run(benchOf(good, broken, reached), never, 'goal')
  expect(json).toEqual([{ name: 'ratio', value: 1, goal: '≥ 1', ok: true }])
  expect(said).toEqual(['Measuring goals', expect.stringMatching(/^Measured goals in \d+ s$/)])
  expect(exitCode).toBe(0)
})

test('a bench in which no part ran fails', async () => {
  const { printed, exitCode } = await run(benchOf(good), never, 'gaols')
  expect(printed).toContain('the run measured nothing: no part’s name contains “gaols”')
  expect(exitCode).toBe(1)
})

const endings: [string, Measure, () => Promise<never>, string][] = [
  [
    'its servers do not start',
    () => Promise.reject(new Error('no PostgreSQL')),
    () => never,
    'no PostgreSQL',
  ],
  [
    'it is interrupted',
    () => never,
    () => Promise.reject(new Error('interrupted by SIGINT')),
    'interrupted by SIGINT',
  ],
]

test.each(endings)(
  'when %s, a bench reports what it has, closes what it opened and fails',
  async (...ending) => {
    const [, rest, interrupted, reason] = ending
    let closed = false
    const { exitCode, json } = await run(async (context) => {
      context.cleanups.push(async () => (closed = true))
      await measureParts([good], {}, context)
      await rest(context)
    }, interrupted())
    expect(json).toEqual([
      { name: 'login/s', value: 40, goal: null, ok: true },
      { name: 'the run did not reach its end', value: null, goal: null, ok: false, error: reason },
    ])
    expect(closed).toBe(true)
    expect(exitCode).toBe(1)
  },
)

test('what cannot be closed does not keep the rest open', async () => {
  const closed: string[] = []
  const { said } = await run(async ({ cleanups }) => {
    cleanups.push(async () => closed.push('first'))
    cleanups.push(() => Promise.reject(new Error('already gone')))
    cleanups.push(async () => closed.push('last'))
  })
  expect(closed).toEqual(['last', 'first'])
  expect(said).toContain('clean-up failed: already gone')
})
