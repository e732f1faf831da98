import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import type { Rule } from './expressions.ts'
import { matches, type Query, type Selector } from './promql.ts'

/** The label values of a metric. An empty list means that any value is possible. */
type Labels = Map<string, Set<string>>

/** Series that Prometheus adds. */
const builtIn: Record<string, string[]> = {
  up: ['service', 'job', 'instance'],
  ALERTS: ['alertname', 'alertstate', 'service', 'severity'],
}

/** Every series that a query may select: what the apps expose, what the rules record, what Prometheus adds. */
export function knownMetrics(rules: readonly Rule[]): Map<string, Labels> {
  const known = new Map<string, Labels>()
  const add = (metric: string, label: string, values: readonly string[]) => {
    const labels = known.get(metric) ?? new Map<string, Set<string>>()
    labels.set(label, new Set([...(labels.get(label) ?? []), ...values]))
    known.set(metric, labels)
  }
  for (const { folder } of services) {
    for (const [metric, values] of [...exposedBy(folder), ...requestLabels(folder)]) {
      add(metric, 'instance', [])
      for (const [label, list] of Object.entries(values)) add(metric, label, list)
    }
  }
  for (const { record } of rules) for (const label of ['service', 'slo']) if (record) add(record, label, [])
  for (const [metric, labels] of Object.entries(builtIn)) for (const label of labels) add(metric, label, [])
  return known
}

/** From metrics.json, which a test of the app keeps up to date. A histogram is three metrics. */
function exposedBy(folder: string): [string, Record<string, string[]>][] {
  const metrics: Record<string, { type: string; labels: Record<string, string[]> }> = readJson(
    folder,
    'metrics.json',
  )
  return Object.entries(metrics).flatMap(([name, { type, labels }]) => {
    const { le, ...rest } = labels
    // The document has no labels of runtime metrics, but each has the label service.
    const own = { service: [], ...rest }
    if (type !== 'histogram') return [[name, own]]
    return [
      [`${name}_bucket`, { ...own, le: le ?? [] }],
      [`${name}_sum`, own],
      [`${name}_count`, own],
    ]
  })
}

/** The routes and statuses of requests, from the app's openapi.json, and the routes of every service. */
function requestLabels(folder: string): [string, Record<string, string[]>][] {
  const { paths }: { paths: Record<string, Record<string, { responses: object }>> } = readJson(
    folder,
    'openapi.json',
  )
  const routes = Object.keys(paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
  const statuses = Object.values(paths).flatMap((operations) =>
    Object.values(operations).flatMap(({ responses }) => Object.keys(responses)),
  )
  const labels = { route: [...routes, '/livez', '/readyz'], status: statuses }
  return ['bucket', 'sum', 'count'].map((part) => [`http_request_duration_seconds_${part}`, labels])
}

function readJson(folder: string, file: string) {
  return JSON.parse(readFileSync(join(root, folder, file), 'utf8'))
}

/** What an expression selects although nothing exposes it, as readable lines. Empty is good. */
export function unknownIn(query: Query, known: Map<string, Labels>): string[] {
  const labels = query.selectors.flatMap(({ metric }) => [...(known.get(metric)?.keys() ?? [])])
  return [
    ...query.selectors.flatMap((selector) => unknownInSelector(selector, known.get(selector.metric))),
    ...query.groupedBy.filter((label) => !labels.includes(label)).map((label) => `label ${label}`),
  ]
}

function unknownInSelector({ metric, matchers }: Selector, labels: Labels | undefined): string[] {
  if (!labels) return [`metric ${metric}`]
  return matchers.flatMap((matcher) => {
    const values = labels.get(matcher.label)
    if (!values) return [`label ${matcher.label} of ${metric}`]
    // A matcher that excludes nothing is as wrong as one that matches nothing.
    const passing = [...values].filter((value) => matches(matcher, value))
    const excludes = matcher.operator.startsWith('!') && matcher.value !== ''
    const isUseless = excludes ? passing.length === values.size : passing.length === 0
    return values.size > 0 && isUseless ? [`${matcher.label} ${matcher.value} of ${metric}`] : []
  })
}
