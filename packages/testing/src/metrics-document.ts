import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startServiceProcess } from './app-process.ts'

/** Labels with few values, which all exist when the process starts. For other labels (route, version) only the name counts. */
const closedLabels = new Set(['service', 'outcome', 'topic', 'state', 'le'])
/** Whether these have samples, and with which labels, depends on the time and on Node. So only their names count. */
const isRuntime = (metric: string) => metric.startsWith('nodejs_')
/** Only Linux has these. */
const platformMetrics = /^process_(open_fds|max_fds|virtual_memory_bytes|heap_bytes)$/

/**
 * Declares the test that `metrics.json` matches what a running process exposes. Other tests compare alert rules and
 * dashboards with that file, so a metric that is renamed only in the code fails a test. `npm run generate` writes it.
 *
 * @param options.folder the app's folder
 * @param options.env the app's required settings
 */
export function testMetricsDocument(options: { folder: string; env: Record<string, string> }): void {
  test('metrics.json matches what the process exposes', async () => {
    const service = await startServiceProcess(join(options.folder, 'src/main.ts'), options.env)
    try {
      await fetch(`${service.url}/livez`)
      const text = await (await fetch(service.metricsUrl)).text()
      const document = `${JSON.stringify(describeMetrics(text), null, 2)}\n`
      await expect(document).toMatchFileSnapshot(join(options.folder, 'metrics.json'))
    } finally {
      await service.kill()
    }
  })
}

/** Names, types and labels of the text format (https://prometheus.io/docs/instrumenting/exposition_formats). */
function describeMetrics(text: string) {
  const metrics: Record<string, { type: string; labels: Record<string, string[]> }> = {}
  for (const line of text.split('\n')) {
    const [, typed, type] = /^# TYPE (\w+) (\w+)$/.exec(line) ?? []
    if (typed && type && !platformMetrics.test(typed)) metrics[typed] = { type, labels: {} }
    const [, series = '', labels = ''] = /^([a-z]\w*)(?:\{(.*)\})? /.exec(line) ?? []
    const metric = metrics[series] ?? metrics[series.replace(/_(bucket|sum|count)$/, '')]
    if (!metric || isRuntime(series)) continue
    for (const [, name = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g)) {
      const values = (metric.labels[name] ??= [])
      if (closedLabels.has(name) && !values.includes(value)) values.push(value)
    }
  }
  return Object.fromEntries(Object.entries(metrics).toSorted(([a], [b]) => a.localeCompare(b)))
}
