import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createDb, createPool, migrate, provisionDatabase } from '@fondasi/postgres'
import { startOwnPostgres, type TestDatabase, waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createOutboxDatabase, log, migrationsFolder, startRelay } from '../test/outbox-database.ts'
import { outbox, publish } from './index.ts'

const handlerTimeoutMs = 1_000

// Each test starts processes, which a busy machine does slowly.
vi.setConfig({ testTimeout: 120_000 })

let database: TestDatabase

beforeAll(async () => {
  database = await createOutboxDatabase()
})
afterEach(() => database.truncate())
afterAll(() => database.drop())

/** Starts a relay process, and kills it with SIGKILL while it handles a message. */
async function killWhileHandling(url: string): Promise<void> {
  const script = fileURLToPath(new URL('../test/relay-process.ts', import.meta.url))
  const child = spawn(process.execPath, [script, url, String(handlerTimeoutMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(createInterface({ input: child.stdout }), 'line')
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('kill -9 of a relay during a delivery: another relay delivers after the lease has expired, not before', async () => {
  await publish(database.db, { topic: 'work', payload: { n: 1 } })
  await killWhileHandling(database.url)
  const [leased] = await database.db.select().from(outbox)
  const deliveries: { attempt: number; at: Date }[] = []
  startRelay({
    url: database.url,
    handlers: { work: async ({ attempt }) => void deliveries.push({ attempt, at: new Date() }) },
  })
  await waitFor(async () => (await database.db.select().from(outbox)).length === 0, {
    what: 'the delivery',
    timeoutMs: 30_000,
  })
  expect(deliveries).toEqual([{ attempt: 2, at: expect.any(Date) }])
  const leaseEnds = leased?.availableAt.getTime()
  expect(leaseEnds).toBeGreaterThan(leased?.createdAt.getTime() ?? Number.NaN)
  expect(deliveries[0]?.at.getTime()).toBeGreaterThanOrEqual(leaseEnds ?? Number.NaN)
})

test('a message that kills its process each time is dead after its attempts', async () => {
  await publish(database.db, { topic: 'work', payload: {} })
  await killWhileHandling(database.url)
  await database.db.execute(sql`update ${outbox} set available_at = now()`)
  await killWhileHandling(database.url)
  await database.db.execute(sql`update ${outbox} set available_at = now()`)

  let handled = 0
  startRelay({ url: database.url, maxAttempts: 2, handlers: { work: async () => void handled++ } })
  const [row] = await waitFor(
    async () => {
      const rows = await database.db.select().from(outbox)
      return rows[0]?.deadAt ? rows : undefined
    },
    { what: 'the message to be dead', timeoutMs: 30_000 },
  )
  expect(row?.lastError).toBe('none of its 2 attempts ended')
  expect(handled).toBe(0)
})

test('kill -9 of PostgreSQL: committed messages are delivered after its restart, and the relay listens again', async () => {
  const server = await startOwnPostgres()
  onTestFinished(() => server.stop())
  const passwords = { migrator: 'migrator', runtime: 'runtime' }
  const access = await provisionDatabase({ adminUrl: server.url, name: 'own', passwords })
  await migrate({ url: access.migratorUrl, ownerRole: access.ownerRole, migrationsFolder, log })
  const pool = createPool({ url: access.runtimeUrl, applicationName: 'test', log })
  onTestFinished(() => pool.end())
  const db = createDb(pool)

  const delivered: unknown[] = []
  startRelay({
    url: access.runtimeUrl,
    handlers: {
      work: async ({ payload, attempt }) => {
        if (payload['n'] === 1 && attempt === 1) await server.kill()
        delivered.push(payload['n'])
      },
    },
    handlerTimeoutMs,
  })
  await publish(db, { topic: 'work', payload: { n: 1 } })
  await waitFor(() => delivered.length === 1, { what: 'the message that sees the crash', timeoutMs: 30_000 })
  await expect(publish(db, { topic: 'work', payload: { n: 2 } })).rejects.toThrow('Failed query')
  await server.restart()

  const listening = sql`select from pg_stat_activity where application_name = 'listen outbox' and state = 'idle'`
  await waitFor(async () => (await db.execute(listening)).rowCount === 1, {
    what: 'LISTEN',
    timeoutMs: 30_000,
  })
  await publish(db, { topic: 'work', payload: { n: 3 } })
  await waitFor(async () => (await db.select().from(outbox)).length === 0, {
    what: 'an empty outbox',
    timeoutMs: 30_000,
  })
  // The crash lost the removal of message 1, so it was delivered twice.
  expect(delivered).toHaveLength(3)
  expect(new Set(delivered)).toEqual(new Set([1, 3]))
})
