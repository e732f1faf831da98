import { fileURLToPath } from 'node:url'
import { testHttpFile } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { asRole, createJobsBackend, startApi } from './jobs-service.ts'
import { startKinds } from './use-app.ts'

// No worker runs the jobs. The requests build on each other, so no test empties the tables.
const backend = await createJobsBackend()
const kinds = startKinds(backend)
const api = await startApi(backend, kinds.list)
afterAll(async () => {
  await api.close()
  await kinds.close()
  await backend.close()
})

testHttpFile({
  path: fileURLToPath(new URL('../api.http', import.meta.url)),
  app: api.app,
  variables: {
    adminToken: async () => (await asRole(backend, 'admin')).authorization.slice('Bearer '.length),
  },
})
