import { watchedAuth } from './auth/watched.ts'
import { watchedCatalog } from './catalog/watched.ts'
import type { WatchedApp } from './drill.ts'
import { watchedJobs } from './jobs/watched.ts'

/** By the name of the service. A test requires an entry for each. */
export const watchedApps: Readonly<Record<string, WatchedApp>> = {
  auth: watchedAuth,
  catalog: watchedCatalog,
  jobs: watchedJobs,
}
