import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../local/paths.ts'

export const prometheusFolder = join(root, 'infra/prometheus')
const dashboardFolder = join(root, 'infra/grafana/dashboards')

export type Rule = {
  expr: string
  record?: string
  alert?: string
  for?: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

export type Panel = { dashboard: string; title: string; expressions: string[]; alerts: string[] }

/** Every rule of Prometheus, in the order of the files. */
export function readRules(): Rule[] {
  const folder = join(prometheusFolder, 'rules')
  return readdirSync(folder).flatMap((file) => {
    const content: { groups: { rules: Rule[] }[] } = parse(readFileSync(join(folder, file), 'utf8'))
    return content.groups.flatMap(({ rules }) => rules)
  })
}

/** Every panel with a query, from the JSON that Grafana reads. */
export function readPanels(): Panel[] {
  type Json = { panels: { title?: string; targets?: { expr: string }[]; links?: { title: string }[] }[] }
  return readdirSync(dashboardFolder).flatMap((file) => {
    const { panels }: Json = JSON.parse(readFileSync(join(dashboardFolder, file), 'utf8'))
    return panels
      .filter(({ targets }) => targets !== undefined)
      .map(({ title = '', targets = [], links = [] }) => ({
        dashboard: file.replace('.json', ''),
        title,
        expressions: targets.map(({ expr }) => expr),
        alerts: links.map((link) => link.title.replace('Runbook: ', '')),
      }))
  })
}
