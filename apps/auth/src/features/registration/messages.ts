import type { Message } from '@fondasi/outbox'
import { hashMailToken, linkLifetimeMs, mailToken } from '../mail/mail-token.ts'
import type { MailDeps } from '../mail/mailer.ts'
import * as repository from './repository.ts'

/** The outbox handler of `registration.requested`. Only it looks up whether the address has an account, never the request. */
export async function handleRegistrationRequested(deps: MailDeps, message: Message): Promise<void> {
  const { email = '', name = '', passwordHash = '' } = message.secret ?? {}
  if (await repository.emailIsTaken(deps.db, email)) return sendAccountExists(deps, email)

  const now = deps.clock()
  const token = mailToken(deps.mailTokenKey, 'registration', message.id)
  await repository.insertClaim(deps.db, {
    id: message.id,
    email,
    name,
    passwordHash,
    tokenHash: hashMailToken(token),
    expiresAt: new Date(now.getTime() + linkLifetimeMs),
    createdAt: now,
  })
  // Browsers do not send what follows the # to a server, so the token is in no access log.
  const link = `${deps.publicUrl}/verify-email#token=${token}`
  await deps.mailer.send({
    to: email,
    subject: 'Confirm your address',
    link,
    text: `Somebody, hopefully you, signed up with this address.\n\nOpen this link within an hour and type the password you chose:\n\n${link}\n\nThe password is not accepted, or you forgot it? Choose another one: ${deps.publicUrl}/resend-verification\n\nIf it was not you, do nothing: no account exists until the link is used.\n`,
  })
}

function sendAccountExists({ mailer, publicUrl }: MailDeps, email: string): Promise<void> {
  return mailer.send({
    to: email,
    subject: 'You already have an account',
    text: `Somebody, hopefully you, tried to sign up with this address, which has an account already.\n\nIf you forgot the password, ask for a new one: ${publicUrl}/forgot-password\n\nIf it was not you, do nothing.\n`,
  })
}
