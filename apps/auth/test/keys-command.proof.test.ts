import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type AuthBackend, type AuthInstance, createAuthBackend, startAuth } from './auth-service.ts'
import { asService } from './mint-token.ts'

// A test starts up to seven processes.
vi.setConfig({ testTimeout: 300_000 })

/** Longer than the 20 seconds after which an instance reloads its keys by itself, for a busy machine. */
const followMs = 30_000

const program = fileURLToPath(new URL('../src/keys.ts', import.meta.url))

let backend: AuthBackend
let auth: AuthInstance

beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend)
})
afterAll(async () => {
  await auth?.close()
  await backend?.close()
})

/** Runs the program as an operator does, in a process of its own. */
function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const { config } = auth.deps
  const env = {
    DATABASE_URL: config.DATABASE_URL,
    REDIS_URL: config.REDIS_URL,
    REDIS_PREFIX: config.REDIS_PREFIX,
    AUTH_MASTER_KEY: config.AUTH_MASTER_KEY.toString('base64url'),
  }
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout, errors: stderr })
    })
  })
}

test('keys: lists, rotates and revokes, and a running instance follows', async () => {
  const { kid } = await auth.deps.keys.active()
  const list = await run('list')
  expect(list.code).toBe(0)
  expect(list.output).toMatch(new RegExp(`^${kid}  active `))

  const rotated = await run('rotate')
  expect(rotated.code).toBe(0)
  expect(rotated.output).toMatch(/  next {4} signs from /)
  await waitFor(() => auth.deps.keys.jwks().keys.length === 2, { what: 'the next key', timeoutMs: followMs })

  const headers = await asService(auth, 'catalog')
  const revoked = await run('rotate', '--revoke', kid)
  expect(revoked.code).toBe(0)
  expect(revoked.output).not.toContain(kid)
  await waitFor(async () => (await auth.app.inject({ url: '/v1/revocations', headers })).statusCode === 401, {
    what: 'the revoked key to be refused',
    timeoutMs: followMs,
  })
  await waitFor(() => auth.deps.revocationList.isKeyRevoked(kid), {
    what: 'the revocation of the key',
    timeoutMs: followMs,
  })
})

test('keys: wrong arguments print the reason or the usage, and change nothing', async () => {
  // Compares ids only: the running instance may still change the times of the key that the test above rotated in.
  const kids = async () => (await run('list')).output.match(/^[\w-]{43}/gm)
  const before = await kids()
  const unknownKey = await run('rotate', '--revoke', 'no-such-key')
  expect(unknownKey).toEqual({ code: 1, output: '', errors: 'There is no signing key no-such-key\n' })
  const wrong = await Promise.all([
    run(),
    run('rotate', 'now'),
    run('list', '--now'),
    run('rotate', '--revoke'),
  ])
  for (const { code, errors } of wrong) {
    expect(code).toBe(2)
    expect(errors).toContain('npm run keys -- list')
  }
  expect(before).not.toBeNull()
  expect(await kids()).toEqual(before)
})
