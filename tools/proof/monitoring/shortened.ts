import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { root } from '../../local/paths.ts'
import { processes } from '../../services.ts'
import { prometheusFolder } from './expressions.ts'

/** Every duration of rules and alert routes is divided by this, so that a drill takes minutes instead of days. */
const timeFactor = 60
/** Windows of hours and days become at most this long, so that an alert also resolves within a drill. */
const longestWindowMs = 60_000
/** Not divided: a busy machine would miss scrapes, and every drill would start with ServiceDown. */
const scrapeInterval = '500ms'

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Writes the configuration of Prometheus and Alertmanager for a drill: the rules of infra/prometheus with shortened
 * durations, targets and receiver on this machine, and no inhibition, so that a drill receives every alert.
 *
 * @returns the two files' paths
 */
export async function writeShortened(options: {
  folder: string
  /** By the name of the process. */
  adminPortOf: (process: string) => number
  alertmanagerPort: number
  sinkUrl: string
}): Promise<{ prometheus: string; alertmanager: string }> {
  const { folder, adminPortOf, alertmanagerPort, sinkUrl } = options
  await mkdir(join(folder, 'rules'), { recursive: true })
  for (const file of readdirSync(join(prometheusFolder, 'rules'))) {
    const rules: object = parse(readFileSync(join(prometheusFolder, 'rules', file), 'utf8'), shortenValue)
    await writeFile(join(folder, 'rules', file), stringify(rules))
  }
  const prometheus = join(folder, 'prometheus.yml')
  await writeFile(
    prometheus,
    stringify({
      global: {
        scrape_interval: scrapeInterval,
        scrape_timeout: scrapeInterval,
        evaluation_interval: '250ms',
      },
      rule_files: ['rules/*.yml'],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertmanagerPort}`] }] }] },
      scrape_configs: processes.map(({ name }) => ({
        job_name: name,
        honor_labels: true,
        static_configs: [{ targets: [`127.0.0.1:${adminPortOf(name)}`], labels: { service: name } }],
      })),
    }),
  )
  const routes: { receivers: { webhook_configs: { url: string }[] }[] } = parse(
    readFileSync(join(root, 'infra/alertmanager/alertmanager.yml'), 'utf8'),
    shortenValue,
  )
  for (const { webhook_configs } of routes.receivers)
    for (const webhook of webhook_configs) webhook.url = sinkUrl
  const alertmanager = join(folder, 'alertmanager.yml')
  await writeFile(alertmanager, stringify({ ...routes, inhibit_rules: [] }))
  return { prometheus, alertmanager }
}

/** For `parse`: shortens durations, and ranges in expressions. */
function shortenValue(_key: unknown, value: unknown): unknown {
  if (typeof value !== 'string') return value
  if (/^\d+[smhd]$/.test(value)) return shorten(value)
  return value.replaceAll(/\[(\d+[smhd])\]/g, (_range, duration: string) => `[${shorten(duration)}]`)
}

function shorten(duration: string): string {
  const ms = Number.parseInt(duration, 10) * (unitMs[duration.at(-1) ?? ''] ?? Number.NaN)
  return `${Math.min(Math.round(ms / timeFactor), longestWindowMs)}ms`
}
