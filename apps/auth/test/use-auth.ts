import { afterAll, beforeEach } from 'vitest'
import { createAuthBackend, startAuth } from './auth-service.ts'

/** One instance for all tests of a file. The tables and Redis are empty before each test. */
export async function useAuth(env: Record<string, string> = {}) {
  const backend = await createAuthBackend()
  const auth = await startAuth(backend, env)
  beforeEach(() => backend.reset())
  afterAll(async () => {
    await auth.close()
    await backend.close()
  })
  return { backend, auth }
}

/** Two such instances, like replicas behind one gateway. */
export async function useTwoAuths(env: Record<string, string> = {}) {
  const { backend, auth } = await useAuth(env)
  const other = await startAuth(backend, env)
  // `afterAll` hooks run in reverse order, so this closes before the backend does.
  afterAll(() => other.close())
  return { backend, auth, other }
}
