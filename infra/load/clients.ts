import { createAuthClient } from './auth.ts'
import { createCatalogClient } from './catalog.ts'
import { createJobsClient } from './jobs.ts'
import type { ClientOptions, VirtualClient } from './virtual-client.ts'

/** The virtual client of each service, by the service's name. */
export const clients: Readonly<Record<string, (options: ClientOptions) => VirtualClient>> = {
  auth: createAuthClient,
  catalog: createCatalogClient,
  jobs: createJobsClient,
}
