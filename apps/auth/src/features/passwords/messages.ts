import type { Message } from '@fondasi/outbox'
import { withTransaction } from '@fondasi/postgres'
import { z } from 'zod'
import { hashMailToken, linkLifetimeMs, mailToken } from '../mail/mail-token.ts'
import type { MailDeps } from '../mail/mailer.ts'
import * as repository from './repository.ts'

const payload = z.object({ requestedAt: z.coerce.date() })

/**
 * `password.forgot`: only here, away from the request, is the address looked up. The newest link is the only one that
 * works; a message that is delivered twice sends the same link twice.
 */
export async function handlePasswordForgot(deps: MailDeps, message: Message): Promise<void> {
  const { email = '' } = message.secret ?? {}
  const { requestedAt } = payload.parse(message.payload)
  const now = deps.clock()
  const token = mailToken(deps.mailTokenKey, 'password-reset', message.id)
  const mayReset = await withTransaction(deps.db, async (tx) => {
    const user = await repository.lockEnabledUser(tx, email)
    // Delivered again after its link was used: used once is used up.
    if (!user || user.passwordChangedAt > requestedAt) return false
    await repository.replaceReset(tx, {
      id: message.id,
      userId: user.id,
      tokenHash: hashMailToken(token),
      expiresAt: new Date(now.getTime() + linkLifetimeMs),
      createdAt: now,
    })
    return true
  })
  if (!mayReset) return

  // After the #: what stands there is never sent to a server, so it is in no access log.
  const link = `${deps.publicUrl}/reset-password#token=${token}`
  await deps.mailer.send({
    to: email,
    subject: 'Choose a new password',
    link,
    text: `Somebody, hopefully you, forgot the password of the account with this address.\n\nOpen this link within an hour to choose a new one:\n\n${link}\n\nIf it was not you, do nothing: the old password stays.\n`,
  })
}
