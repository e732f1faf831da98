import { createAuthClient } from './auth.ts'
import { createCatalogClient } from './catalog.ts'
import type { ClientOptions, VirtualClient } from './virtual-client.ts'

/** Who uses each service, by its name. */
export const clients: Readonly<Record<string, (options: ClientOptions) => VirtualClient>> = {
  auth: createAuthClient,
  catalog: createCatalogClient,
}
