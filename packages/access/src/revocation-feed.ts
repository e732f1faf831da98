import { setTimeout as delay } from 'node:timers/promises'
import { subscribe } from '@fondasi/redis'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Revocation, RevocationList } from './revocation-list.ts'

export type { Revocation } from './revocation-list.ts'

export interface RevocationPage {
  items: Revocation[]
  /** Where the next page starts: an opaque position in commit order. */
  next: string
}

/** A net under the pub/sub, which loses messages whenever a connection breaks. */
const pollEveryMs = 5_000
/** Until the first load the service is not ready: services that start together wait no longer than they must. */
const firstLoadEveryMs = 250

const pushed = z.array(
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('session'), sessionId: z.string(), expiresAtMs: z.number() }),
    z.object({
      kind: z.literal('subject'),
      subjectId: z.string(),
      notBeforeMs: z.number(),
      expiresAtMs: z.number(),
    }),
  ]),
)

/**
 * Keeps a revocation list up to date: everything once at the start, then pushes over Redis within milliseconds, and
 * a poll every 5 s for what a push did not bring.
 *
 * @param options.load reads a page of what was committed after a position (of all that still matters when undefined);
 * an empty page says that there is no more
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

  /** Page after page until one is empty: what is still on a later page would be accepted meanwhile. */
  async function loadNew() {
    let page: RevocationPage
    do {
      page = await options.load(position)
      for (const revocation of page.items) list.add(revocation)
      position = page.next
    } while (page.items.length > 0 && !stopped.signal.aborted)
    loaded = true
  }
  /** Reconnects and the timer may ask at once; one load serves both. */
  function refresh(): Promise<void> {
    loading ??= loadNew()
      .catch((error: unknown) => log.warn({ err: error }, 'cannot load revocations'))
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
      if (!parsed.success) return log.warn('a revocation message cannot be read')
      for (const revocation of parsed.data) list.add(revocation)
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
