import { createTokenSources } from '@fondasi/access'
import type { Metrics } from '@fondasi/metrics'
import type { Redis } from 'ioredis'
import { type AppDeps, buildApp } from './app.ts'
import { createBackground } from './background.ts'
import { type CoreParts, createCore } from './create-core.ts'
import { registerGauges } from './features/queues/gauges.ts'

/** What differs between a process (main.ts) and an instance in a test. */
export interface JobsParts extends Omit<CoreParts, 'registry'> {
  metrics: Metrics
  clock: () => Date
  /** For rate limits and the channel of cancelled jobs. */
  redis: Redis
}

/**
 * Composes the API, in the same way for a process and a test. `close` closes what this function has made, in reverse order; the
 * caller closes the parts. The background work does not start by itself, because most tests look at what it would process.
 */
export async function createJobs(parts: JobsParts) {
  const { config, log, metrics } = parts
  const core = createCore({ ...parts, registry: metrics.registry })
  registerGauges(metrics.registry, core)
  const tokens = createTokenSources(parts)
  const deps: AppDeps = { ...parts, core, ...tokens }
  const background = createBackground({ core, config, log, metrics })
  const { app, drain } = await buildApp(deps)
  return {
    app,
    core,
    deps,
    background,
    drain,
    async close() {
      await app.close()
      await background.close()
      await core.close()
      await tokens.close()
    },
  }
}
