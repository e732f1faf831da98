import { publish, type Sealer } from '@fondasi/outbox'
import { requireAcceptable } from '../credentials/password-policy.ts'
import { withheldTopic } from '../mail/mail-limits.ts'
import { type VerifyDeps, verifyRegistration } from './verify-registration.ts'

export const registrationTopics = {
  requested: 'registration.requested',
  resend: 'registration.resend',
} as const

export interface RegistrationDeps extends VerifyDeps {
  sealer: Sealer
}

export type RegistrationService = ReturnType<typeof createRegistrationService>

/**
 * Registration. `register` and `resend` never look up the address, so the response and its time are the same whether
 * the address has an account or not. The outbox handler that sends the mail looks it up (messages.ts).
 */
export function createRegistrationService(deps: RegistrationDeps) {
  return {
    register: register.bind(undefined, deps),
    resend: resend.bind(undefined, deps),
    verify: verifyRegistration.bind(undefined, deps),
  }
}

/**
 * Accepts a claim of an address. The outbox sends the mail.
 *
 * @param claim.allowMail counts the claim, after its password was accepted; false when a mail limit is reached: the same
 *   work, but no mail
 * @throws `password_rejected`, `rate_limited`, `temporary_capacity`
 */
async function register(
  { db, config, hasher, sealer }: RegistrationDeps,
  claim: {
    email: string
    name: string
    password: string
    allowMail: () => Promise<boolean>
    signal: AbortSignal
  },
): Promise<void> {
  const { email, name, allowMail, signal } = claim
  const password = requireAcceptable(claim.password, { email, name }, config)
  const mailAllowed = await allowMail()
  const passwordHash = await hasher.hash(password, signal)
  await publish(db, {
    topic: mailAllowed ? registrationTopics.requested : withheldTopic,
    payload: {},
    secret: { sealer, values: { email, name, passwordHash } },
  })
}

/** Asks for a link with which the reader of the mail finishes any claim of the address. */
async function resend(
  { db, clock, sealer }: RegistrationDeps,
  { email, mailAllowed }: { email: string; mailAllowed: boolean },
): Promise<void> {
  await publish(db, {
    topic: mailAllowed ? registrationTopics.resend : withheldTopic,
    payload: { requestedAt: clock().toISOString() },
    secret: { sealer, values: { email } },
  })
}
