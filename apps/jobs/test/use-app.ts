import { createDb, createPool } from '@fondasi/postgres'
import { createTestLog } from '@fondasi/testing'
import { Registry } from 'prom-client'
import { afterAll } from 'vitest'
import { readConfig } from '../src/config.ts'
import { createKinds } from '../src/kinds.ts'
import { createJobsBackend, type JobsBackend, jobsEnv } from './jobs-service.ts'
import { useApi } from './use-api.ts'

/** The kinds of the app, for instances of one backend. */
export function startKinds(backend: JobsBackend, env: Record<string, string> = {}) {
  const config = readConfig({ ...jobsEnv(backend), ...env })
  const { log } = createTestLog('jobs')
  const pool = createPool({ url: config.DATABASE_URL, applicationName: 'jobs-test-kinds', log })
  const registry = new Registry()
  const { list, close } = createKinds({ config, db: createDb(pool), registry })
  return {
    list,
    registry,
    async close() {
      await close()
      await pool.end()
    },
  }
}

/** The API and a worker with the kinds of the app, with empty tables before each test. */
export async function useApp(env: Record<string, string> = {}) {
  const backend = await createJobsBackend()
  const kinds = startKinds(backend, env)
  const used = await useApi(kinds.list, env, backend)
  afterAll(() => kinds.close())
  return {
    ...used,
    /** Starts the next run of a job that waits for it. */
    async runNow(queue: string, id: string): Promise<void> {
      await used.pool.query('update job set run_at = now() where id = $1', [id])
      await (await used.core.queues.of(queue, 'normal')?.getJob(id))?.promote()
    },
    /** The value of a counter of the kinds, over all its labels. */
    async counted(name: string): Promise<number> {
      const metric = await kinds.registry.getSingleMetric(name)?.get()
      return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0)
    },
  }
}
