import { Agent, get as httpGet } from 'node:http'
import { waitFor } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { startDemo } from '../test/demo-service.ts'

describe('health', () => {
  test('a required check that fails or hangs makes /readyz 503, another one only degraded; /livez stays 200', async () => {
    const ok = async () => undefined
    const fail = async () => Promise.reject(new Error('away'))
    const hang = () => new Promise<void>(() => undefined)
    const answer = async (required: () => Promise<void>, other: () => Promise<void>) => {
      const { app } = await startDemo({
        checks: { db: { check: required, required: true }, cache: { check: other, required: false } },
      })
      expect((await app.inject('/livez')).statusCode).toBe(200)
      const response = await app.inject('/readyz')
      return [response.statusCode, response.json<{ status: string }>().status]
    }
    expect(await answer(ok, ok)).toEqual([200, 'ok'])
    expect(await answer(ok, fail)).toEqual([200, 'degraded'])
    expect(await answer(fail, ok)).toEqual([503, 'unavailable'])
    expect(await answer(hang, ok)).toEqual([503, 'unavailable'])
  })
})

describe('shutdown', () => {
  test('finishes requests in flight and closes keep-alive connections', async () => {
    const { app, lifecycle } = await startDemo()
    const held = Promise.withResolvers<void>()
    let arrived = 0
    app.get('/held', async () => {
      arrived += 1
      await held.promise
      return { done: true }
    })
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const agent = new Agent({ keepAlive: true, maxSockets: 20 })
    const fetchOn = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        httpGet(`${address}${path}`, { agent }, (response) => {
          response.resume()
          response.on('end', () =>
            resolve({ status: response.statusCode, connection: response.headers.connection }),
          )
        }).on('error', reject)
      })
    await Promise.all(Array.from({ length: 10 }, () => fetchOn('/time')))
    const inFlight = Array.from({ length: 10 }, () => fetchOn('/held'))
    await waitFor(() => arrived === 10, { what: 'ten requests in flight' })
    lifecycle.draining = true
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    const closed = app.close()
    held.resolve()
    for (const answer of await Promise.all(inFlight))
      expect(answer).toEqual({ status: 200, connection: 'close' })
    // Without `connection: close`, idle keep-alive connections would hold it open until their timeout.
    await closed
    agent.destroy()
  })
})

test('a request that is shed is 503 overloaded', async () => {
  const { app } = await startDemo({ maxEventLoopDelayMs: 20 })
  await app.ready()
  await waitFor(
    async () => {
      const spinUntil = performance.now() + 100
      while (performance.now() < spinUntil);
      return (await app.inject('/time')).statusCode === 503
    },
    { timeoutMs: 60_000, what: 'a request to be shed' },
  )
  expect((await app.inject('/livez')).statusCode).toBe(200)
})
