export type { paths as AuthApi } from './auth.d.ts'
export type { paths as CatalogApi } from './catalog.d.ts'
export { type ClientOptions, createClient } from './create-client.ts'
export type { paths as JobsApi } from './jobs.d.ts'
