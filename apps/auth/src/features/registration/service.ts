import { publish, type Sealer } from '@fondasi/outbox'
import { type Db, withTransaction } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import type { User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { requireAcceptable } from '../credentials/password-policy.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { withheldTopic } from '../mail/mail-limits.ts'
import { hashMailToken } from '../mail/mail-token.ts'
import * as repository from './repository.ts'

export const registrationTopics = {
  requested: 'registration.requested',
  resend: 'registration.resend',
} as const

/** Guesses of the chosen password that one mail allows: typing errors, not attacks. */
const maxVerificationAttempts = 10

export type RegistrationService = ReturnType<typeof createRegistrationService>

/**
 * Rules of registration. No request looks an address up: what it takes and answers is the same whether the address
 * has an account or not. The lookup happens in the worker that sends the mail (messages.ts).
 */
export function createRegistrationService(deps: {
  db: Db
  clock: () => Date
  config: Config
  hasher: PasswordHasher
  sealer: Sealer
}) {
  const { db, clock, config, hasher, sealer } = deps

  return {
    /**
     * Takes a claim of an address; the mail goes out from the outbox.
     *
     * @param input.mailAllowed false when the address has had its share of mails: same work, no mail
     */
    async register(input: {
      email: string
      name: string
      password: string
      mailAllowed: boolean
      signal: AbortSignal
    }): Promise<void> {
      const password = requireAcceptable(input.password, { email: input.email, name: input.name }, config)
      const passwordHash = await hasher.hash(password, input.signal)
      const values = { email: input.email, name: input.name, passwordHash }
      await publish(db, {
        topic: input.mailAllowed ? registrationTopics.requested : withheldTopic,
        payload: {},
        secret: { sealer, values },
      })
    },

    async resend(input: { email: string; mailAllowed: boolean }): Promise<void> {
      const values = { email: input.email }
      await publish(db, {
        topic: input.mailAllowed ? registrationTopics.resend : withheldTopic,
        payload: {},
        secret: { sealer, values },
      })
    },

    /**
     * Proves the address and makes the account. The password chosen at registration is asked again, so nobody who
     * follows a link inherits an account that somebody else has prepared, with a password that the other one knows.
     *
     * @throws `invalid_mail_token`, `invalid_credentials`, `temporary_capacity`
     */
    async verify(input: {
      token: string
      password: string
      request: RequestInfo
      signal: AbortSignal
    }): Promise<User> {
      const now = clock()
      const registration = await repository.findByTokenHash(db, hashMailToken(input.token), now)
      if (!registration) throw problem('invalid_mail_token')
      // Counted before the password is looked at, so that parallel guesses cannot share one count.
      if (!(await repository.reserveAttempt(db, registration.id, maxVerificationAttempts)))
        throw problem('invalid_mail_token')
      const verified = hasher.verify(registration.passwordHash, input.password, input.signal)
      const matches = await verified.catch(async (error: unknown) => {
        // Never tested: the queue was full or the client gone.
        await repository.giveBackAttempt(db, registration.id)
        throw error
      })
      if (!matches) throw problem('invalid_credentials')

      const user = await withTransaction(db, async (tx) => {
        const created = await repository.insertUser(tx, {
          email: registration.email,
          name: registration.name,
          passwordHash: registration.passwordHash,
          passwordChangedAt: now,
          createdAt: now,
        })
        await repository.deleteRegistrationsOf(tx, registration.email)
        if (created) {
          await recordEvent(tx, {
            action: 'user_created',
            outcome: 'success',
            actor: { type: 'user', id: created.id },
            request: input.request,
            occurredAt: now,
          })
        }
        return created
      })
      if (!user) throw problem('invalid_mail_token')
      return user
    },
  }
}
