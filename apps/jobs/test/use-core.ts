import { waitFor } from '@fondasi/testing'
import { Client, type Pool } from 'pg'
import { afterAll, beforeEach } from 'vitest'
import type { Core } from '../src/create-core.ts'
import { job } from '../src/db/schema.ts'
import type { Kind } from '../src/features/kinds/define-job.ts'
import { createJobsBackend, type JobsBackend, startCore, startWorker } from './jobs-service.ts'

export const tenant = 'main'

/** An instance that dispatches and runs nothing, with empty tables before each test. */
export async function useCore(kinds: readonly Kind[]) {
  const backend = await createJobsBackend()
  return useInstance(backend, await startCore(backend, kinds))
}

/** An instance that runs jobs, with empty tables before each test. */
export async function useWorker(
  kinds: readonly Kind[],
  env: Record<string, string> = {},
  shared?: JobsBackend,
) {
  const backend = shared ?? (await createJobsBackend())
  return useInstance(backend, await startWorker(backend, kinds, { env }))
}

/** Runs a statement as the administrator, who may break everything. */
export async function asAdmin({ database }: JobsBackend, statement: string): Promise<void> {
  const client = new Client({ connectionString: database.adminUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}

function useInstance<Instance extends { core: Core; pool: Pool; close(): Promise<void> }>(
  backend: JobsBackend,
  instance: Instance,
) {
  const { core, pool } = instance
  beforeEach(() => backend.database.truncate())
  afterAll(async () => {
    await instance.close()
    await backend.close()
  })

  /** All jobs, in the order of their creation. */
  const rows = () => core.db.select().from(job).orderBy(job.id)
  async function row(id: string) {
    const found = (await rows()).find((each) => each.id === id)
    if (found === undefined) throw new Error(`there is no job ${id}`)
    return found
  }
  return {
    backend,
    instance,
    core,
    pool,
    rows,
    row,
    /** Waits until a job has ended. */
    ended: (id: string) =>
      waitFor(async () => (await rows()).find((each) => each.id === id && each.state >= 10), {
        what: `job ${id} to end`,
        timeoutMs: 60_000,
      }),
  }
}
