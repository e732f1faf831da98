import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { createDb, createPool, type Db } from '@fondasi/postgres'
import { createTestDatabase, type TestDatabase } from '@fondasi/testing'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { onTestFinished } from 'vitest'
import { createRelay, createSealer, type Relay } from '../src/index.ts'

export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))
export const log = pino({ level: 'silent' })
export const sealer = createSealer(randomBytes(32))

/** Creates a database with an outbox for one test file. */
export async function createOutboxDatabase(): Promise<TestDatabase> {
  return createTestDatabase({ name: 'outbox', migrationsFolder })
}

/** Starts a relay with its own pool and registry, like another process. It stops when the test ends. */
export function startRelay(
  options: { url: string } & Partial<Parameters<typeof createRelay>[0]>,
): Relay & { registry: Registry; db: Db } {
  const { url, ...rest } = options
  const pool = createPool({ url, applicationName: 'relay', log })
  const db = createDb(pool)
  const registry = new Registry()
  const relay = createRelay({ db, listenUrl: url, handlers: {}, log, registry, sealer, ...rest })
  onTestFinished(async () => {
    await relay.stop()
    await pool.end()
  })
  relay.start()
  return { ...relay, registry, db }
}
