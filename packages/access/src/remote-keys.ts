import { serviceProblem } from '@fondasi/service'
import type { Logger } from 'pino'
import { type KeySource, readKeySet } from './keys.ts'

/**
 * A key that was revoked must be refused within a minute, also by a service that was idle. So a request waits for a new
 * key set when the last fetch is older than this.
 */
const maxAgeMs = 30_000
/** With traffic no request waits: a fetch in the background replaces the set before it is too old. */
const cooldownMs = 15_000
/** Without keys every token gets 503, so we retry sooner; services that start together may be up before auth is. */
const firstCooldownMs = 1_000
const fetchTimeoutMs = 3_000

/**
 * Keys from a JWKS address (RFC 7517). They are fetched when first needed, when they are too old, and when a token names
 * an unknown key; never more often than the cooldown allows, whether the fetch before succeeded or not.
 *
 * A failed fetch keeps the keys of the last good one in use: an outage of auth must not refuse good tokens.
 */
export function remoteKeys(options: { url: string; clock: () => Date; log: Logger }): KeySource {
  let keys = new Map<string, string>()
  let fetchedAtMs = Number.NEGATIVE_INFINITY
  let lastFetchSucceeded = false
  let fetching: Promise<void> | undefined

  const age = () => options.clock().getTime() - fetchedAtMs

  /** @returns a promise of the fetch that is under way, if any */
  function refreshWhenDue(ageMs: number): Promise<void> | undefined {
    const pauseMs = keys.size === 0 ? firstCooldownMs : cooldownMs
    if (ageMs > pauseMs) fetching ??= refresh()
    return fetching
  }

  async function refresh(): Promise<void> {
    try {
      keys = await fetchKeys(options.url)
      lastFetchSucceeded = true
    } catch (error) {
      lastFetchSucceeded = false
      const consequence =
        keys.size === 0 ? 'requests with a token get 503 until a fetch succeeds' : 'the last keys stay in use'
      options.log.warn({ err: error }, `could not fetch the keys of access tokens; ${consequence}`)
    } finally {
      fetchedAtMs = options.clock().getTime()
      fetching = undefined
    }
  }

  return {
    async publicKey(kid) {
      const ageMs = age()
      const isUnknown = keys.size > 0 && !keys.has(kid)
      const refreshed = refreshWhenDue(ageMs)
      if (ageMs > maxAgeMs || isUnknown) await refreshed
      if (keys.size === 0) {
        throw serviceProblem('dependency_unavailable', {
          detail: 'Access tokens cannot be verified right now',
        })
      }
      return keys.get(kid)
    },
    async state() {
      const refreshed = refreshWhenDue(age())
      if (keys.size === 0) await refreshed
      if (keys.size === 0) return 'missing'
      return lastFetchSucceeded ? 'current' : 'outdated'
    },
  }
}

async function fetchKeys(url: string): Promise<Map<string, string>> {
  // A cache on the way would add its own age to ours.
  const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(fetchTimeoutMs) })
  if (!response.ok) throw new Error(`${url} responded with ${response.status}`)
  const keys = readKeySet(await response.json())
  if (keys.size === 0) throw new Error(`the key set at ${url} holds no ES256 key`)
  return keys
}
