import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DashboardBuilder,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** What a panel shows. Queries are whole expressions, without Grafana's macros, so that a Prometheus can run them. */
export interface PanelSpec {
  title: string
  /** What a good and a bad value look like. */
  description: string
  /** The unit's name in Grafana: s, reqps, percentunit, bytes, short. */
  unit: string
  queries: { expr: string; legend: string }[]
  /** Alerts about what this panel shows. The panel links to their runbooks. */
  alerts?: readonly string[]
}

/** Created by infra/grafana/provisioning. */
const datasource = { type: 'prometheus', uid: 'prometheus' }

/** Two panels per row on Grafana's grid of 24 columns. */
const panelSize = { width: 12, height: 8 }

/** @returns a dashboard with its panels in reading order */
export function dashboard(options: {
  uid: string
  title: string
  panels: readonly PanelSpec[]
}): DashboardBuilder {
  const builder = emptyDashboard(options)
  for (const spec of options.panels) builder.withPanel(panel(spec))
  return builder
}

/** @returns a dashboard without panels, with the settings that all share; `uid` is the last part of its URL */
export function emptyDashboard({ uid, title }: { uid: string; title: string }): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .tags(['fondasi'])
    .readonly()
    .time({ from: 'now-1h', to: 'now' })
    .refresh('15s')
    .link(
      new DashboardLinkBuilder('Dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags(['fondasi'])
        .asDropdown(true),
    )
}

function panel(spec: PanelSpec): Builder<Panel> {
  const builder = new PanelBuilder()
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(datasource)
    .span(panelSize.width)
    .height(panelSize.height)
    .min(0)
    .links(
      (spec.alerts ?? []).map((alert) =>
        new DashboardLinkBuilder(`Runbook: ${alert}`)
          .type(DashboardLinkType.Link)
          .url('/d/runbooks')
          .targetBlank(true),
      ),
    )
  for (const [index, { expr, legend }] of spec.queries.entries()) {
    const refId = String.fromCharCode('A'.charCodeAt(0) + index)
    builder.withTarget(new DataqueryBuilder().expr(expr).legendFormat(legend).refId(refId))
  }
  return builder
}
