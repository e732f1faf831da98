import { afterAll } from 'vitest'
import type { Kind } from '../src/features/kinds/define-job.ts'
import { asRole, type JobsBackend, startApi } from './jobs-service.ts'
import { useWorker } from './use-core.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The API and a worker, with empty tables before each test. `ask` sends a request as an administrator. */
export async function useApi(kinds: readonly Kind[], env: Record<string, string> = {}, shared?: JobsBackend) {
  const used = await useWorker(kinds, env, shared)
  const { backend } = used
  const api = await startApi(backend, kinds, { env })
  afterAll(() => api.close())
  return {
    ...used,
    api,
    ask: async (
      method: Method,
      url: string,
      payload?: object | string,
      headers: Record<string, string> = {},
    ) =>
      api.app.inject({
        method,
        url: `/v1${url}`,
        headers: {
          ...(await asRole(backend, 'admin')),
          ...(payload !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload !== undefined && { payload }),
      }),
  }
}
