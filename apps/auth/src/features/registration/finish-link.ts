import { type Tx, withTransaction } from '@fondasi/postgres'
import { hashMailToken, linkLifetimeMs, linkPauseMs, mailToken } from '../mail/mail-token.ts'
import type { MailDeps } from '../mail/mailer.ts'
import * as repository from './repository.ts'

/**
 * Sends a link that confirms the address and lets the reader of the mail choose the password, if somebody has claimed
 * the address. Whoever claimed it, the mailbox's owner gets the account, with a password that nobody else knows (ADR 36).
 *
 * @param request.id of the outbox message: the same one twice sends the same link twice
 */
export async function sendFinishLink(deps: MailDeps, request: { id: string; email: string }): Promise<void> {
  const token = mailToken(deps.mailTokenKey, 'registration', request.id)
  const now = deps.clock()
  const claimed = await withTransaction(deps.db, (tx) => claimForMailbox(tx, { ...request, token, now }))
  if (!claimed) return

  const link = `${deps.publicUrl}/finish-registration#token=${token}`
  await deps.mailer.send({
    to: request.email,
    subject: 'Confirm your address',
    link,
    text: `Somebody, hopefully you, signed up with this address and asked for a new link.\n\nOpen this link within an hour to confirm the address and choose a password:\n\n${link}\n\nIf it was not you, do nothing: no account exists until the link is used.\n`,
  })
}

/** @returns false when nobody has claimed the address, or a link was sent just now */
async function claimForMailbox(
  tx: Tx,
  claim: { id: string; email: string; token: string; now: Date },
): Promise<boolean> {
  const { id, email, token, now } = claim
  const newest = await repository.lockNewestClaim(tx, email, now)
  if (!newest) return false
  const since = new Date(now.getTime() - linkPauseMs)
  if (await repository.hasOtherFinishLink(tx, { id, email, since })) return false
  await repository.insertClaim(tx, {
    id,
    email,
    name: newest.name,
    passwordHash: null,
    tokenHash: hashMailToken(token),
    expiresAt: new Date(now.getTime() + linkLifetimeMs),
    createdAt: now,
  })
  return true
}
