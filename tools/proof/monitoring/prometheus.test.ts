import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findBinaries, howToInstall } from './binaries.ts'
import { countSeries } from './count-series.ts'
import { keepVisiting } from './drill.ts'
import { prometheusFolder, readPanels, readRules } from './expressions.ts'
import { type Stack, startStack } from './stack.ts'
import { until } from './until.ts'
import { watchedApps } from './watched-apps.ts'

const binaries = findBinaries()
if (!binaries) console.log(`Skipped: ${howToInstall}`)

const run = promisify(execFile)
const panelTimeoutMs = 300_000
const filesOf = (folder: string) =>
  readdirSync(join(prometheusFolder, folder)).map((name) => join(prometheusFolder, folder, name))

describe.skipIf(!binaries)('promtool', () => {
  const promtool = binaries?.promtool ?? ''

  test('accepts the configuration and the rules', async () => {
    const { stdout } = await run(promtool, ['check', 'config', join(prometheusFolder, 'prometheus.yml')])
    expect(stdout).toContain('SUCCESS')
  })

  test('every alert fires, stays silent and resolves when it should', async () => {
    const { stdout } = await run(promtool, ['test', 'rules', ...filesOf('tests')])
    expect(stdout).not.toContain('FAILED')
  })
})

describe.skipIf(!binaries)('a running stack', () => {
  let stack: Stack
  beforeAll(async () => {
    if (!binaries) return
    stack = await startStack(binaries, watchedApps)
    const leaving = new AbortController()
    const visiting = keepVisiting(stack.visits, leaving.signal)
    const objectives = readRules().filter(({ record }) => record === 'slo:errors:objective').length
    // A rate needs two scrapes, and a ratio of rates two evaluations.
    await until(
      'the rules to see the visits',
      300_000,
      async () => (await query('sli:errors:ratio_rate3d >= 0')) >= objectives,
    )
    leaving.abort()
    await visiting
  })
  afterAll(() => stack?.stop())

  const query = (expression: string) => countSeries(stack.prometheusUrl, expression)

  test('every panel has data', async () => {
    for (const { dashboard, title, expressions } of readPanels()) {
      // Some panels show rare events, such as a garbage collection, so poll instead of querying once.
      for (const expr of expressions) {
        const options = { timeout: panelTimeoutMs, message: `${dashboard}, ${title}: ${expr}` }
        await expect.poll(() => query(expr), options).toBeGreaterThan(0)
      }
    }
  })

  test('every recording rule has data, and every alert an expression that can be evaluated', async () => {
    const empty: string[] = []
    for (const { record, expr } of readRules()) {
      const found = await query(record ?? expr)
      if (record && found === 0) empty.push(record)
    }
    expect(empty).toEqual([])
  })
})
