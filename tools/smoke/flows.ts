import { authFlow } from './auth.ts'
import { catalogFlow } from './catalog.ts'
import type { Flow } from './flow.ts'
import { jobsFlow } from './jobs.ts'

/** By the name of the service. A test requires one for each. */
export const flows: Readonly<Record<string, Flow>> = {
  auth: authFlow,
  catalog: catalogFlow,
  jobs: jobsFlow,
}
