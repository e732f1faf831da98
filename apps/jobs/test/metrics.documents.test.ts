import { fileURLToPath } from 'node:url'
import { testMetricsDocument } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { createJobsBackend, jobsEnv } from './jobs-service.ts'

const backend = await createJobsBackend()
afterAll(() => backend.close())
testMetricsDocument({ folder: fileURLToPath(new URL('..', import.meta.url)), env: jobsEnv(backend) })
