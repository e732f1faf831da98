import { waitFor } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { createBlob } from '../src/features/blobs/store.ts'
import { createHeavyKinds } from '../src/heavy-kinds.ts'
import { createJobsBackend, jobsEnv } from './jobs-service.ts'
import { useApi } from './use-api.ts'
import { tenant } from './use-core.ts'

/** The API, and a worker with the kinds whose work is done in child processes. */
export async function useHeavyApi(env: Record<string, string> = {}) {
  const backend = await createJobsBackend()
  const heavy = createHeavyKinds({ size: 1, env: { ...process.env, ...jobsEnv(backend), ...env } })
  const used = await useApi(heavy.kinds, env, backend)
  // Vitest runs these in reverse order: the processes end before the backend.
  afterAll(() => heavy.close())
  const { core, pool, row, ask } = used

  return {
    ...used,
    /** Stores a file as an upload does. @returns its id */
    async upload(content: Uint8Array): Promise<string> {
      const writer = await createBlob(core.db, { tenant, contentType: 'image/any', fileName: 'upload' })
      await writer.write(content)
      await writer.finish(1)
      return writer.id
    },
    /** Enqueues a job and waits until it has ended. @returns its row, with its dead letter or its downloaded result */
    async run(kind: string, payload: object) {
      const enqueued = await ask('POST', '/jobs', { kind, payload })
      const { id }: { id: string } = enqueued.json()
      const what = `job ${id} to end`
      // On a busy machine the first job of a process waits long for its start.
      await waitFor(async () => (await row(id)).state >= 10, { what, timeoutMs: 300_000 })
      const { rows: letters } = await pool.query('select reason, message from dead where job_id = $1', [id])
      const { headers, rawPayload: file } = await ask('GET', `/jobs/${id}/result`)
      return { row: await row(id), letter: letters[0], file, headers }
    },
  }
}
