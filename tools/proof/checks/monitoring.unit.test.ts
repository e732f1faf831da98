import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { knownMetrics, unknownIn } from '../monitoring/exposed-metrics.ts'
import { prometheusFolder, readPanels, readRules } from '../monitoring/expressions.ts'
import { readPromql } from '../monitoring/promql.ts'
import { watchedApps } from '../monitoring/watched-apps.ts'

const rules = readRules()
const alerts = rules.flatMap(({ alert, annotations = {} }) => (alert ? [{ alert, annotations }] : []))
const panels = readPanels()
const known = knownMetrics(rules)
const file = (path: string) => readFileSync(join(root, path), 'utf8')

interface PrometheusConfig {
  global: { evaluation_interval: string }
  scrape_configs: { job_name: string; dns_sd_configs?: { names: string[]; port: number }[] }[]
}
const config: PrometheusConfig = parse(file('infra/prometheus/prometheus.yml'))

describe('queries select only what is exposed', () => {
  test.each(
    rules.map(({ alert, record, labels, expr }) => [`${alert ?? record} ${labels?.['slo'] ?? ''}`, expr]),
  )('rule %s', (_name, expr) => {
    expect(unknownIn(readPromql(expr), known)).toEqual([])
  })

  test.each(panels.map(({ dashboard, title, expressions }) => [dashboard, title, expressions] as const))(
    'panel %s, %s',
    (_dashboard, _title, expressions) => {
      expect(expressions.flatMap((expr) => unknownIn(readPromql(expr), known))).toEqual([])
    },
  )

  test.each([
    ['metric', 'rate(requests_total[5m])', ['metric requests_total']],
    ['label of a matcher', 'build_info{release="1"}', ['label release of build_info']],
    [
      'value of a matcher',
      'postgres_pool_connections{state="busy"}',
      ['state busy of postgres_pool_connections'],
    ],
    [
      'route',
      'http_request_duration_seconds_count{route="/login"}',
      ['route /login of http_request_duration_seconds_count'],
    ],
    [
      'bucket',
      'http_request_duration_seconds_bucket{le="3"}',
      ['le 3 of http_request_duration_seconds_bucket'],
    ],
    ['label of a grouping', 'sum by (tenant) (build_info)', ['label tenant']],
  ])('a wrong %s is found', (_what, expr, found) => {
    expect(unknownIn(readPromql(expr), known)).toEqual(found)
  })
})

describe('every alert', () => {
  const kebab = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

  test.each(alerts.map(({ alert, annotations }) => [alert, annotations] as const))(
    '%s says what is wrong, and links to a panel and a runbook',
    (alert, { summary, dashboard = '', runbook = '' }) => {
      expect(summary).toContain('{{ $labels')
      const [, uid] = /^\/d\/([\w-]+)/.exec(dashboard) ?? []
      expect(
        panels.filter((panel) => panel.alerts.includes(alert)).map((panel) => panel.dashboard),
      ).toContain(uid)
      expect(runbook).toBe(`docs/runbooks/${kebab(alert)}.md`)
      expect(file(runbook)).toMatch(new RegExp(`^# ${alert}\n`))
    },
  )

  test('has a test in which it fires', () => {
    const tests = readdirSync(join(prometheusFolder, 'tests')).map((name) =>
      file(`infra/prometheus/tests/${name}`),
    )
    expect(alerts.filter(({ alert }) => !tests.some((text) => text.includes(alert)))).toEqual([])
  })

  test('that a runbook or a panel names exists', () => {
    const names = alerts.map(({ alert }) => alert)
    const runbooks = readdirSync(join(root, 'docs/runbooks')).filter(
      (name) => !/^README|\.id\.md$/.test(name),
    )
    expect(runbooks.toSorted()).toEqual(names.map((name) => `${kebab(name)}.md`).toSorted())
    expect(panels.flatMap((panel) => panel.alerts).filter((name) => !names.includes(name))).toEqual([])
  })
})

describe('every service', () => {
  test.each(services.map((service) => [service.name, service] as const))('%s is watched', (name, service) => {
    for (const { name: process, adminPort } of [service, ...service.workers]) {
      const job = config.scrape_configs.find((scrape) => scrape.job_name === process)
      expect(job?.dns_sd_configs?.[0]).toMatchObject({ names: [process], port: adminPort })
    }
    const objectives = rules.filter(
      ({ record, labels }) => record === 'slo:errors:objective' && labels?.['service'] === name,
    )
    expect(objectives.map(({ labels }) => labels?.['slo'])).toContain('availability')
    expect(existsSync(join(root, service.folder, 'metrics.json'))).toBe(true)
    expect(watchedApps).toHaveProperty(name)
  })

  test('the rules are evaluated every 15 s, as their expressions assume', () => {
    expect(config.global.evaluation_interval).toBe('15s')
  })
})
