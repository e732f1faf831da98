import type { Message } from '@fondasi/outbox'
import { withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { findUserByEmail } from '../accounts/repository.ts'
import { hashMailToken, linkLifetimeMs, linkPauseMs, mailToken } from '../mail/mail-token.ts'
import type { MailDeps } from '../mail/mailer.ts'
import { sendFinishLink } from '../registration/finish-link.ts'
import * as repository from './repository.ts'

const payload = z.object({ requestedAt: z.coerce.date() })

/**
 * The outbox handler of `password.forgot` and `registration.resend`. It sends one link with which the reader of the mail
 * chooses a password. The link confirms an address that somebody has claimed, or resets the password of an account. Only
 * this handler looks up which.
 */
export async function handleLinkRequested(deps: MailDeps, message: Message): Promise<void> {
  const { email = '' } = message.secret ?? {}
  const { requestedAt } = payload.parse(message.payload)
  const user = await findUserByEmail(deps.db, email)
  if (user) return sendResetLink(deps, { id: message.id, email, userId: user.id, requestedAt })
  await sendFinishLink(deps, { id: message.id, email })
}

/** The newest link is the only one that works; a message that is delivered twice sends the same link twice. */
async function sendResetLink(
  deps: MailDeps,
  request: { id: string; email: string; userId: string; requestedAt: Date },
): Promise<void> {
  const { id, email, userId, requestedAt } = request
  const now = deps.clock()
  const token = mailToken(deps.mailTokenKey, 'password-reset', id)
  const mayReset = await withTransaction(deps.db, async (tx) => {
    const user = await repository.lockEnabledUser(tx, userId)
    // A redelivered message must not recreate a link that was already used.
    if (!user || user.passwordChangedAt > requestedAt) return false
    const since = new Date(now.getTime() - linkPauseMs)
    if (await repository.hasOtherReset(tx, { id, userId, since })) return false
    await repository.replaceReset(tx, {
      id,
      userId,
      tokenHash: hashMailToken(token),
      expiresAt: new Date(now.getTime() + linkLifetimeMs),
      createdAt: now,
    })
    return true
  })
  if (!mayReset) return

  // Browsers do not send what follows the # to a server, so the token is in no access log.
  const link = `${deps.publicUrl}/reset-password#token=${token}`
  await deps.mailer.send({
    to: email,
    subject: 'Choose a new password',
    link,
    text: `Somebody, hopefully you, asked for a link for the account with this address.\n\nOpen this link within an hour to choose a new password:\n\n${link}\n\nIf it was not you, do nothing: the old password stays.\n`,
  })
}
