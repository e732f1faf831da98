import { fileURLToPath } from 'node:url'
import { testMetricsDocument } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { catalogEnv, createCatalogBackend } from './catalog-service.ts'

const backend = await createCatalogBackend()
afterAll(() => backend.close())
testMetricsDocument({ folder: fileURLToPath(new URL('..', import.meta.url)), env: catalogEnv(backend) })
