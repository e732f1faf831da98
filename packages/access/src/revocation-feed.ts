import { setTimeout as delay } from 'node:timers/promises'
import { subscribe } from '@fondasi/redis'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type Revocation, type RevocationList, revocation } from './revocation-list.ts'

export interface RevocationPage {
  items: Revocation[]
  /** Where the next page starts: an opaque position in commit order. */
  next: string
}

/** Pub/sub loses messages whenever a connection breaks, so we also poll. */
const pollEveryMs = 5_000
/** The service is not ready until the first load, so services that start together retry it quickly. */
const firstLoadEveryMs = 250

const pushed = z.array(revocation)

/**
 * Keeps a revocation list up to date. It loads everything at the start, receives pushes over Redis within
 * milliseconds, and polls every 5 s for pushes that were lost.
 *
 * @param options.load reads a page of what was committed after a position, or of everything that still matters when the
 * position is undefined; an empty page means that there is nothing newer
 * @returns `check` rejects until the first load has succeeded (for readiness); `close` stops following
 */
export function followRevocations(options: {
  list: RevocationList
  load: (after: string | undefined) => Promise<RevocationPage>
  redisUrl: string
  channel: string
  log: Logger
}) {
  const { list, log } = options
  const stopped = new AbortController()
  let position: string | undefined
  let loaded = false
  let loading: Promise<void> | undefined

  /** Reads until a page is empty: a token revoked on a page that we did not read would be accepted until the next poll. */
  async function loadNew() {
    let page: RevocationPage
    do {
      page = await options.load(position)
      for (const entry of page.items) list.add(entry)
      position = page.next
    } while (page.items.length > 0 && !stopped.signal.aborted)
    loaded = true
  }
  /** A reconnect and the timer may ask at the same time; one load serves both. */
  function refresh(): Promise<void> {
    loading ??= loadNew()
      .catch((error: unknown) =>
        log.warn({ err: error }, 'could not load revocations; the next poll retries'),
      )
      .finally(() => {
        loading = undefined
      })
    return loading
  }

  const subscription = subscribe({
    url: options.redisUrl,
    channel: options.channel,
    log,
    onMessage: (message) => {
      const parsed = pushed.safeParse(JSON.parse(message))
      if (!parsed.success) {
        log.warn(
          'ignored a revocation message that does not fit its schema; the next poll reads the database',
        )
        return
      }
      for (const entry of parsed.data) list.add(entry)
    },
    onReady: () => void refresh(),
  })

  const polling = (async () => {
    while (!stopped.signal.aborted) {
      await refresh()
      const pauseMs = loaded ? pollEveryMs : firstLoadEveryMs
      await delay(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()

  return {
    async check() {
      if (!loaded) throw new Error('revocations have not been loaded yet')
    },
    async close() {
      stopped.abort()
      await Promise.all([subscription.close(), polling])
    },
  }
}
