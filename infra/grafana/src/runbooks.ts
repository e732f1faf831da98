import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text'
import { emptyDashboard } from './panel.ts'

const folder = join(import.meta.dirname, '../../../docs/runbooks')

/** The English runbooks as a dashboard: one click away from a panel, even without the repository at hand. */
export function runbooks(): DashboardBuilder {
  const builder = emptyDashboard({ uid: 'runbooks', title: 'Runbooks' })
  const files = readdirSync(folder).filter((file) => /^[\w-]+\.md$/.test(file) && file !== 'README.md')
  for (const file of files.toSorted()) {
    const content = readFileSync(join(folder, file), 'utf8')
    const panel = new PanelBuilder().mode(TextMode.Markdown).content(content).span(12).height(14)
    builder.withPanel(panel)
  }
  return builder
}
