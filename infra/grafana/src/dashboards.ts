import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { authPanels } from './auth.ts'
import { catalogPanels } from './catalog.ts'
import { jobsPanels } from './jobs.ts'
import { nodeRuntimePanels } from './node-runtime.ts'
import { overviewPanels } from './overview.ts'
import { dashboard } from './panel.ts'
import { runbooks } from './runbooks.ts'

/** @returns all dashboards by the name of their JSON file, which is also the last part of their URL */
export function dashboards(): Record<string, Dashboard> {
  return {
    overview: dashboard({ uid: 'overview', title: 'Overview', panels: overviewPanels }).build(),
    auth: dashboard({ uid: 'auth', title: 'auth', panels: authPanels }).build(),
    catalog: dashboard({ uid: 'catalog', title: 'catalog', panels: catalogPanels }).build(),
    jobs: dashboard({ uid: 'jobs', title: 'jobs', panels: jobsPanels }).build(),
    'node-runtime': dashboard({
      uid: 'node-runtime',
      title: 'Node runtime',
      panels: nodeRuntimePanels,
    }).build(),
    runbooks: runbooks().build(),
  }
}
