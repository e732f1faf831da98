import { setTimeout as delay } from 'node:timers/promises'
import { auditTopic, createRelay } from '@fondasi/outbox'
import type { AppDeps } from './app.ts'
import { createEventService } from './features/events/service.ts'
import { withheldTopic } from './features/mail/mail-limits.ts'
import type { Mailer } from './features/mail/mailer.ts'
import { handleLinkRequested } from './features/passwords/messages.ts'
import { deleteExpiredResets } from './features/passwords/repository.ts'
import { forgotTopic } from './features/passwords/service.ts'
import { handleRegistrationRequested } from './features/registration/messages.ts'
import { deleteExpiredRegistrations } from './features/registration/repository.ts'
import { registrationTopics } from './features/registration/service.ts'
import { deleteExpiredRevocations } from './features/revocations/repository.ts'
import { deleteSessionsEndedBefore } from './features/sessions/repository.ts'

const cleanUpEveryMs = 60 * 60_000
/** How long ended sessions are kept. Until then, an old token is recognised as one of an ended session. */
const endedSessionsKeptMs = 30 * 24 * 60 * 60_000

/** Starts the work outside requests: delivers the outbox (mails, events) and deletes expired rows. */
export function startBackground(deps: AppDeps & { mailer: Mailer }): { close: () => Promise<void> } {
  const { db, clock, config, log, sealer, mailer, derivedKeys, metrics } = deps
  const mail = { db, clock, mailer, mailTokenKey: derivedKeys.mailTokens, publicUrl: config.PUBLIC_URL }
  const events = createEventService({ db })

  const relay = createRelay({
    db,
    // Each handler may hold a connection. The other half of the pool stays free for requests and gauges.
    concurrency: Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / 2)),
    listenUrl: config.DATABASE_URL,
    log,
    registry: metrics.registry,
    sealer,
    handlers: {
      [registrationTopics.requested]: (message) => handleRegistrationRequested(mail, message),
      [registrationTopics.resend]: (message) => handleLinkRequested(mail, message),
      [forgotTopic]: (message) => handleLinkRequested(mail, message),
      [withheldTopic]: async () => {},
      [auditTopic]: (message) => events.store(message),
    },
  })
  relay.start()

  const stopped = new AbortController()
  const cleaning = (async () => {
    while (!stopped.signal.aborted) {
      const now = clock()
      await Promise.all([
        deleteExpiredRegistrations(db, now),
        deleteExpiredResets(db, now),
        deleteExpiredRevocations(db, now),
        deleteSessionsEndedBefore(db, new Date(now.getTime() - endedSessionsKeptMs)),
      ]).catch((error: unknown) =>
        log.warn({ err: error }, 'could not delete expired rows; trying again in an hour'),
      )
      await delay(cleanUpEveryMs, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  })()

  return {
    async close() {
      stopped.abort()
      await Promise.all([relay.stop(), cleaning])
    },
  }
}
