import { hash as argon2Hash } from '@node-rs/argon2'
import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

const current = { memoryKib: 19_456, passes: 2, concurrency: 1 }
const make = (options: Partial<typeof current> = {}, registry = new Registry()) =>
  createPasswordHasher({ ...current, ...options, registry })

test('a password matches its own hash, and nothing else does', async () => {
  const hasher = await make()
  const hash = await hasher.hash('correct horse battery staple')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await hasher.verify(hash, 'correct horse battery staple')).toBe(true)
  expect(await hasher.verify(hash, 'correct horse battery stapler')).toBe(false)
})

test('without a hash, or with an unreadable one, verifying takes the same time and never matches', async () => {
  const registry = new Registry()
  const hasher = await make({}, registry)
  const unusable = [
    undefined,
    '',
    'plain',
    '$argon2i$v=19$m=19456,t=2,p=1$abcd$abcd',
    '$2b$10$abcdefghijklmnopqrstuv',
  ]
  for (const hash of unusable) expect(await hasher.verify(hash, 'whatever it may be')).toBe(false)
  expect(await registry.getSingleMetricAsString('auth_hash_wait_seconds')).toContain(
    `_count ${unusable.length}`,
  )
})

test('a hash is replaced only when its parameters are weaker than the current ones', async () => {
  const hasher = await make()
  const made = (memoryCost: number, timeCost: number) =>
    argon2Hash('x', { memoryCost, timeCost, parallelism: 1 })
  expect(hasher.needsRehash(await hasher.hash('x'))).toBe(false)
  expect(hasher.needsRehash(await made(19_456, 1))).toBe(true)
  expect(hasher.needsRehash(await made(8_192, 2))).toBe(true)
  expect(hasher.needsRehash(await made(19_456, 3))).toBe(false)
  expect(hasher.needsRehash(await made(65_536, 2))).toBe(false)
  expect(hasher.needsRehash('$2b$10$abcdefghijklmnopqrstuv')).toBe(true)
})

test('beyond two seconds of queued work a hash is refused with 503 and Retry-After, and counted', async () => {
  const registry = new Registry()
  // A clock on which every hash takes 400 ms: five of them are two seconds' worth.
  let nowMs = 0
  const hasher = await createPasswordHasher({ ...current, registry, clock: () => (nowMs += 400) })
  const running = hasher.hash('running')
  const queued = Array.from({ length: 5 }, () => hasher.hash('queued'))
  expect(() => hasher.assertCapacity()).toThrow(
    expect.objectContaining({ code: 'temporary_capacity', options: { headers: { 'retry-after': '2' } } }),
  )
  await expect(hasher.verify(undefined, 'one more')).rejects.toMatchObject({
    code: 'temporary_capacity',
    status: 503,
  })
  expect(await registry.getSingleMetricAsString('auth_hash_queue_depth')).toContain('auth_hash_queue_depth 5')
  expect(await registry.getSingleMetricAsString('auth_hash_shed_total')).toContain('auth_hash_shed_total 2')
  await Promise.all([running, ...queued])
  expect(() => hasher.assertCapacity()).not.toThrow()
})

test('a waiting hash is dropped when its client disconnects', async () => {
  const registry = new Registry()
  const hasher = await make({}, registry)
  const client = new AbortController()
  const running = hasher.hash('running')
  const waiting = hasher.hash('waiting', client.signal)
  client.abort()
  await expect(waiting).rejects.toMatchObject({ code: 'client_gone' })
  await running
  expect(await registry.getSingleMetricAsString('auth_hash_wait_seconds')).toContain('_count 1')
})
