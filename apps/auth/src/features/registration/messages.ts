import type { Message } from '@fondasi/outbox'
import { hashMailToken, linkLifetimeMs, mailToken } from '../mail/mail-token.ts'
import type { MailDeps } from '../mail/mailer.ts'
import * as repository from './repository.ts'

/** `registration.requested`: only here, away from the request, does it matter whether the address has an account. */
export async function handleRegistrationRequested(deps: MailDeps, message: Message): Promise<void> {
  const { email = '', name = '', passwordHash = '' } = message.secret ?? {}
  if (await repository.emailIsTaken(deps.db, email)) return sendAccountExists(deps, email)

  const now = deps.clock()
  const token = mailToken(deps.mailTokenKey, 'registration', message.id)
  await repository.insertRegistration(deps.db, {
    id: message.id,
    email,
    name,
    passwordHash,
    tokenHash: hashMailToken(token),
    expiresAt: new Date(now.getTime() + linkLifetimeMs),
    createdAt: now,
  })
  await sendVerification(deps, email, token)
}

/** `registration.resend`: the same claim again, with the same link. Too many wrong passwords are forgiven with it. */
export async function handleRegistrationResend(deps: MailDeps, message: Message): Promise<void> {
  const { email = '' } = message.secret ?? {}
  if (await repository.emailIsTaken(deps.db, email)) return sendAccountExists(deps, email)
  const registration = await repository.renewNewest(deps.db, email, deps.clock())
  if (!registration) return
  await sendVerification(deps, email, mailToken(deps.mailTokenKey, 'registration', registration.id))
}

function sendVerification({ mailer, publicUrl }: MailDeps, email: string, token: string): Promise<void> {
  // After the #: what stands there is never sent to a server, so it is in no access log.
  const link = `${publicUrl}/verify-email#token=${token}`
  return mailer.send({
    to: email,
    subject: 'Confirm your address',
    link,
    text: `Somebody, hopefully you, signed up with this address.\n\nOpen this link within an hour and type the password you chose:\n\n${link}\n\nIf it was not you, do nothing: no account exists until the link is used.\n`,
  })
}

function sendAccountExists({ mailer, publicUrl }: MailDeps, email: string): Promise<void> {
  return mailer.send({
    to: email,
    subject: 'You already have an account',
    text: `Somebody, hopefully you, tried to sign up with this address, which has an account already.\n\nIf you forgot the password, ask for a new one: ${publicUrl}/forgot-password\n\nIf it was not you, do nothing.\n`,
  })
}
