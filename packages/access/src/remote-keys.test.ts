import { createClock, createTestLog, waitFor } from '@fondasi/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type KeySetServer, keySet, publicJwk, startKeySetServer } from '../test/key-set-server.ts'
import { remoteKeys } from './index.ts'

const isPem = expect.stringContaining('BEGIN PUBLIC KEY')
const unavailable = { status: 503, code: 'dependency_unavailable' }
const rsa = { kty: 'RSA', kid: 'foreign', n: 'AQAB', e: 'AQAB' }
/** After this time a fetch is due, but requests do not wait for it. */
const dueMs = 20_000
/** No key set may be trusted for this long. */
const tooOldMs = 3_600_000

const faults: [string, KeySetServer['response']][] = [
  ['responds with 500', { status: 500, body: '' }],
  ['is empty', keySet()],
  ['holds only foreign keys', keySet(rsa)],
  ['is not JSON', { status: 200, body: '<html>' }],
  ['never arrives', 'never'],
]

async function start(response: KeySetServer['response']) {
  const server = await startKeySetServer(response)
  onTestFinished(() => server.close())
  const clock = createClock()
  const { log, lines } = createTestLog('access')
  return { server, clock, lines, keys: remoteKeys({ url: server.url, clock, log }) }
}

describe('keys from an address', () => {
  test('are fetched once for all requests that arrive at the start', async () => {
    const { server, keys } = await start(keySet(publicJwk('ours')))
    const found = await Promise.all(Array.from({ length: 20 }, async () => keys.publicKey('ours')))
    expect(found).toEqual(found.map(() => isPem))
    expect(server.fetches).toBe(1)
  })

  test('verify our tokens while foreign keys are in the set', async () => {
    const { keys } = await start(keySet(rsa, publicJwk('ours'), { kty: 'new' }))
    expect(await keys.publicKey('ours')).toEqual(isPem)
    expect(await keys.publicKey('foreign')).toBeUndefined()
  })

  test('are fetched again before the first token after an idle time: a revoked key is refused', async () => {
    const { server, clock, keys } = await start(keySet(publicJwk('revoked'), publicJwk('next')))
    expect(await keys.publicKey('revoked')).toEqual(isPem)
    server.response = keySet(publicJwk('next'))
    clock.advance(tooOldMs)
    expect(await keys.publicKey('revoked')).toBeUndefined()
    expect(await keys.publicKey('next')).toEqual(isPem)
  })

  test.each([1, 7, 29, 60])('with a token every %i s, refuse a revoked key within a minute', async (s) => {
    const { server, clock, keys } = await start(keySet(publicJwk('revoked'), publicJwk('next')))
    await keys.publicKey('revoked')
    server.response = keySet(publicJwk('next'))
    for (let seconds = s; seconds < 60; seconds += s) {
      clock.advance(s * 1_000)
      await keys.publicKey('revoked')
    }
    clock.advance(s * 1_000)
    expect(await keys.publicKey('revoked')).toBeUndefined()
  })

  test('are refreshed in the background: the request that starts it does not wait', async () => {
    const { server, clock, lines, keys } = await start(keySet(publicJwk('ours')))
    await keys.publicKey('ours')
    server.response = 'never'
    clock.advance(dueMs)
    expect(await keys.publicKey('ours')).toEqual(isPem)
    await waitFor(() => server.fetches === 2, { what: 'the fetch in the background' })
    expect(lines).toEqual([])
  })

  test('are fetched for an unknown key id, at most once per cooldown, however many ids are forged', async () => {
    const { server, clock, keys } = await start(keySet(publicJwk('ours')))
    await keys.publicKey('ours')
    server.response = keySet(publicJwk('ours'), publicJwk('next'))
    expect(await keys.publicKey('next')).toBeUndefined()
    expect(server.fetches).toBe(1)
    clock.advance(dueMs)
    expect(await keys.publicKey('next')).toEqual(isPem)
    for (let forged = 0; forged < 50; forged += 1)
      expect(await keys.publicKey(`forged-${forged}`)).toBeUndefined()
    expect(server.fetches).toBe(2)
  })
})

describe.each(faults)('a key set that %s', (_name, fault) => {
  test('leaves the last good one in use, after one attempt in a cooldown; readiness calls it outdated', async () => {
    const { server, clock, lines, keys } = await start(keySet(publicJwk('ours')))
    await keys.publicKey('ours')
    expect(await keys.state()).toBe('current')
    server.response = fault
    clock.advance(tooOldMs)
    for (let turn = 0; turn < 10; turn += 1) {
      expect(await keys.publicKey('ours')).toEqual(isPem)
      expect(await keys.publicKey('unknown')).toBeUndefined()
    }
    expect(server.fetches).toBe(2)
    expect(await keys.state()).toBe('outdated')
    expect(lines).toMatchObject([{ msg: expect.stringContaining('the last keys stay in use') }])

    server.response = keySet(publicJwk('ours'), publicJwk('next'))
    clock.advance(dueMs)
    expect(await keys.publicKey('next')).toEqual(isPem)
    expect(await keys.state()).toBe('current')
  })

  test('as the first one is a 503, after one attempt in a cooldown; readiness reports missing keys', async () => {
    const { server, clock, lines, keys } = await start(fault)
    for (let turn = 0; turn < 10; turn += 1)
      await expect(keys.publicKey('ours')).rejects.toMatchObject(unavailable)
    expect(await keys.state()).toBe('missing')
    expect(server.fetches).toBe(1)
    expect(lines).toMatchObject([{ msg: expect.stringContaining('503 until a fetch succeeds') }])

    server.response = keySet(publicJwk('ours'))
    clock.advance(dueMs)
    expect(await keys.state()).toBe('current')
    expect(await keys.publicKey('ours')).toEqual(isPem)
  })
})

test('an unreachable publisher is a fault too', async () => {
  const { server, clock, keys } = await start(keySet(publicJwk('ours')))
  await keys.publicKey('ours')
  await server.close()
  clock.advance(tooOldMs)
  expect(await keys.publicKey('ours')).toEqual(isPem)
  expect(await keys.state()).toBe('outdated')
})
