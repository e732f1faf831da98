import { fileURLToPath } from 'node:url'
import { testMetricsDocument } from '@fondasi/testing'
import { afterAll } from 'vitest'
import { authEnv, createAuthBackend } from './auth-service.ts'

const backend = await createAuthBackend()
afterAll(() => backend.close())
testMetricsDocument({ folder: fileURLToPath(new URL('..', import.meta.url)), env: authEnv(backend) })
