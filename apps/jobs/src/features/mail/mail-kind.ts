import type { Db } from '@fondasi/postgres'
import { defineJob, type RunContext } from '../kinds/define-job.ts'
import { Dead, Done, type Outcome, RateLimited, Retry } from '../kinds/outcome.ts'
import { pauseQueue } from '../queues/repository.ts'
import { exponential } from '../run/backoff.ts'
import { MailError, type Mailer } from './mailer.ts'
import { findSuppression, liftRefusal, type SuppressionReason, suppress } from './repository.ts'
import { type MailPayload, mailPayload, renderMail } from './templates.ts'
import type { UnsubscribeLinks } from './unsubscribe-link.ts'

const mailQueue = 'mail'

export interface MailKindDeps {
  db: Db
  mailer: Mailer
  links: UnsubscribeLinks
  /** Counts refusals of our login or our settings, for an alert. */
  onMisconfigured: () => void
}

type MailContext = RunContext & { payload: MailPayload }

/** Holds the queue until every process sees that it is paused. */
const untilPausedMs = 60_000

/** Sends one mail from a template. Its retries last for hours: greylisting takes minutes, and repairing a mail server hours. */
export function mailKind(deps: MailKindDeps) {
  return defineJob({
    name: 'mail.send',
    queue: mailQueue,
    payload: mailPayload,
    attempts: 10,
    backoff: exponential({ baseMs: 30_000, capMs: 2 * 3_600_000 }),
    deadlineMs: 45_000,
    handler: (context) => sendMail(deps, context),
  })
}

async function sendMail(deps: MailKindDeps, context: MailContext): Promise<Outcome> {
  const { db, mailer, links } = deps
  const { payload, secret, tenant, signal } = context
  const { to, locale } = payload
  const suppression = await findSuppression(db, tenant, to)
  const skipped = decideSuppression(suppression, context)
  if (skipped !== undefined) return skipped
  const unsubscribe = links.linkFor({ tenant, address: to, locale })
  const content = renderMail(payload, secret, unsubscribe)
  if (content === undefined)
    return Dead('invalid_payload', new Error('the secret of this job must have a `link`'))
  const headers = payload.template === 'digest' ? oneClickHeaders(unsubscribe) : {}
  try {
    const { providerRef } = await context.effect('send', async (key) => {
      const messageId = `<${key}@${mailer.domain}>`
      await mailer.send({ to, messageId, headers, ...content }, signal)
      return { providerRef: messageId }
    })
    if (suppression === 'refused') await liftRefusal(db, tenant, to)
    return Done({ messageId: providerRef ?? null })
  } catch (error) {
    if (error instanceof MailError) return afterFailure(deps, context, error)
    throw error
  }
}

/**
 * Decides whether to skip an address. Readers who have unsubscribed still get mails about their account. An address that the
 * mail server has refused gets nothing, until a person redrives a mail to it.
 */
function decideSuppression(
  reason: SuppressionReason | undefined,
  { id, rootId, payload }: MailContext,
): Outcome | undefined {
  if (reason === 'unsubscribed' && payload.template === 'digest') return Done({ suppressed: reason })
  if (reason === 'refused' && id === rootId)
    return Dead(
      'non_retryable',
      new Error('the mail server has refused this address before: check it, then redrive'),
    )
  return undefined
}

/** RFC 8058: the mail program shows a button that sends a POST without opening a page. */
function oneClickHeaders(unsubscribe: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
}

async function afterFailure(
  { db, onMisconfigured }: MailKindDeps,
  { tenant, payload }: MailContext,
  error: MailError,
): Promise<Outcome> {
  const { failure } = error
  switch (failure.kind) {
    case 'retry':
      return Retry(error)
    case 'misconfigured':
      onMisconfigured()
      await pauseQueue(db, { name: mailQueue, by: 'service:jobs', reason: failure.reason })
      return RateLimited(untilPausedMs)
    case 'refused':
      if (failure.suppress) await suppress(db, tenant, payload.to, 'refused')
      return Dead('non_retryable', error)
  }
}
