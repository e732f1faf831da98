import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type ServiceProcess, startServiceProcess, waitFor } from '@fondasi/testing'
import { afterAll, afterEach, beforeEach } from 'vitest'
import { imports } from '../src/db/schema.ts'
import { asRole, catalogEnv, createCatalogBackend, startCatalog } from './catalog-service.ts'
import { createShop } from './shop.ts'

const entry = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** One row of an import file. */
export const line = (index: number, more: object = {}) =>
  `${JSON.stringify({ sku: `S-${index}`, title: { en: `Phone ${index}`, id: `Ponsel ${index}` }, category: 'phones', ...more })}\n`

/** Starts the service as a process for each test, which can kill and measure it. `survivor` is a second instance. */
export async function useImportProcess() {
  const backend = await createCatalogBackend()
  const survivor = await startCatalog(backend)
  let service: ServiceProcess
  let authorization = ''
  beforeEach(async () => {
    await backend.reset()
    await createShop(survivor.deps.db).category('phones')
    authorization = (await asRole(backend, 'admin')).authorization
    service = await startServiceProcess(entry, catalogEnv(backend))
  })
  afterEach(() => service.kill())
  afterAll(async () => {
    await survivor.close()
    await backend.close()
  })

  const onlyImport = async () => (await survivor.deps.db.select().from(imports))[0]
  return {
    backend,
    survivor,
    service: () => service,
    authorization: () => authorization,
    onlyImport,

    /** Opens a request for an import; the caller writes the body. */
    open() {
      const request = httpRequest(`${service.url}/v1/imports`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/x-ndjson' },
      })
      request.on('error', () => {})
      const answered = once(request, 'response').then(([response]) => {
        response.resume()
        return { status: Number(response.statusCode), location: String(response.headers.location) }
      })
      answered.catch(() => {})
      return { request, answered }
    },

    /** Waits until the only import has this state. */
    inState: (state: string) =>
      waitFor(
        async () => {
          const found = await onlyImport()
          return found?.state === state ? found : undefined
        },
        { timeoutMs: 60_000, what: `an import that is ${state}` },
      ),
  }
}
