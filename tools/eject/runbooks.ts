import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'docs/runbooks'
const dashboardFile = 'infra/grafana/dashboards/runbooks.json'

/** The runbooks of alerts that only these apps have. */
export function runbooksOf(root: string, apps: readonly string[]): Set<string> {
  const rules = apps
    .map((app) => join(root, `infra/prometheus/rules/${app}.yml`))
    .filter((file) => existsSync(file))
  const alerts = rules.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, alert = '']) => alert),
  )
  const pages = alerts.map((alert) => alert.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase())
  return new Set(pages.flatMap((page) => [`${folder}/${page}.md`, `${folder}/${page}.id.md`]))
}

/** Rebuilds the dashboard of runbooks in an ejected repository from the runbooks it has, two side by side. */
export function writeRunbooksDashboard(ejected: string): void {
  type Panel = { options: { content: string }; gridPos: { h: number; w: number; x: number; y: number } }
  const file = join(ejected, dashboardFile)
  const dashboard: { panels: Panel[] } = JSON.parse(readFileSync(file, 'utf8'))
  const [first] = dashboard.panels
  const pages = readdirSync(join(ejected, folder)).filter((name) => /^[\w-]+\.md$/.test(name))
  const panels = pages.toSorted().map((name, index) => {
    const content = readFileSync(join(ejected, folder, name), 'utf8')
    const { h = 0, w = 0 } = first?.gridPos ?? {}
    const gridPos = { h, w, x: (index % 2) * w, y: Math.floor(index / 2) * h }
    return { ...first, options: { ...first?.options, content }, gridPos }
  })
  writeFileSync(file, `${JSON.stringify({ ...dashboard, panels }, null, 2)}\n`)
}
