import { fileURLToPath } from 'node:url'
import { testHttpFile } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { asRole, createCatalogBackend, startCatalog } from './catalog-service.ts'

const backend = await createCatalogBackend()
const catalog = await startCatalog(backend)
afterAll(async () => {
  await catalog.close()
  await backend.close()
})

const tokenOf = (role: 'admin' | 'editor') => async () =>
  (await asRole(backend, role)).authorization.slice('Bearer '.length)
testHttpFile({
  path: fileURLToPath(new URL('../api.http', import.meta.url)),
  app: catalog.app,
  variables: { adminToken: tokenOf('admin'), editorToken: tokenOf('editor') },
})
