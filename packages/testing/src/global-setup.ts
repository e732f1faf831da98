import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { startBackend } from './backends/choose.ts'
import './test-run.ts'

/** Vitest's globalSetup: starts PostgreSQL and Redis for the run, and returns the function that stops them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const id = randomBytes(4).toString('hex')
  const backend = await startBackend({ env: process.env, runId: id, say: (line) => console.log(line) })
  project.provide('testRun', {
    id,
    postgresAdminUrl: backend.postgresAdminUrl,
    redisUrl: backend.redisUrl,
  })
  return () => backend.stop()
}
