import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CatalogBackend, createCatalogBackend, developmentKey } from './catalog-service.ts'

// metrics.json is what a running process exposes. Alert rules and dashboards are checked against it, so a metric that
// is renamed here and not there fails a test. `npm run generate` writes it.
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

/** Labels that take few values, all known when the process starts; of others (route, version) only the name counts. */
const closedLabels = new Set(['service', 'outcome', 'topic', 'state', 'le'])
/** Whether these have a sample by now, and with which labels, depends on the moment and on Node: the names only. */
const isRuntime = (metric: string) => metric.startsWith('nodejs_')
/** Only Linux has these. */
const platformMetrics = /^process_(open_fds|max_fds|virtual_memory_bytes|heap_bytes)$/

let backend: CatalogBackend
beforeAll(async () => {
  backend = await createCatalogBackend()
})
afterAll(async () => {
  await backend?.close()
})

test('metrics.json is what the process exposes', async () => {
  const process = await startProcess()
  try {
    await fetch(`${process.url}/livez`)
    const text = await (await fetch(process.metricsUrl)).text()
    await expect(`${JSON.stringify(describe(text), null, 2)}\n`).toMatchFileSnapshot(path('metrics.json'))
  } finally {
    await process.stop()
  }
})

/** The process as it is deployed, on free ports. */
async function startProcess() {
  const child = spawn(process.execPath, [path('src/main.ts')], {
    env: {
      PORT: '0',
      ADMIN_PORT: '0',
      DATABASE_URL: backend.database.url,
      REDIS_URL: backend.redis.url,
      REDIS_PREFIX: backend.redis.keyPrefix,
      CURSOR_KEY: Buffer.alloc(32, 7).toString('base64url'),
      AUTH_DEVELOPMENT_KEY: developmentKey,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const listening = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => line.includes('"msg":"listening"') && resolve(line))
    lines.on('close', () => reject(new Error('catalog ended before it listened')))
  })
  const { address, adminPort }: { address: string; adminPort: number } = JSON.parse(await listening)
  return {
    url: address,
    metricsUrl: `http://127.0.0.1:${adminPort}/metrics`,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Names, types and labels of the text format (https://prometheus.io/docs/instrumenting/exposition_formats). */
function describe(text: string) {
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
