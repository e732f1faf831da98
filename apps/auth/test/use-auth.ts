import { afterAll, beforeEach } from 'vitest'
import { createAuthBackend, startAuth } from './auth-service.ts'

/** What most test files need: one instance for all their tests, on tables and a Redis that are empty before each. */
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

/** Two instances of that, as replicas behind one gateway. */
export async function useTwoAuths(env: Record<string, string> = {}) {
  const { backend, auth } = await useAuth(env)
  const other = await startAuth(backend, env)
  // Before the backend goes: hooks of the end run in reverse order.
  afterAll(() => other.close())
  return { backend, auth, other }
}
