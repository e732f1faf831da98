import { startTcpProxy, waitFor } from '@fondasi/testing'
import { Client } from 'pg'
import { expect, inject, onTestFinished, test } from 'vitest'
import { log } from '../test/outbox-database.ts'
import { listen } from './listener.ts'

// The listener notices a silent connection after 15 s at the latest.
const timeoutMs = 60_000

test('listener: a silent connection is replaced, and notifications arrive again', {
  timeout: 2 * timeoutMs,
}, async () => {
  const { postgresAdminUrl } = inject('testRun')
  const proxy = await startTcpProxy(postgresAdminUrl)
  onTestFinished(() => proxy.close())
  let calls = 0
  const channel = `listener_test_${process.pid}`
  const stop = listen({ url: proxy.url, channel, log, onNotify: () => void calls++ })
  onTestFinished(stop)
  await waitFor(() => calls === 1, { what: 'the first connection', timeoutMs })
  proxy.silence()
  await waitFor(() => calls === 2, { what: 'the second connection', timeoutMs })
  const client = new Client({ connectionString: postgresAdminUrl })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('select pg_notify($1, $2)', [channel, ''])
  await waitFor(() => calls === 3, { what: 'the notification', timeoutMs })
  expect(calls).toBe(3)
})
