import { type Db, withTransaction } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import type { User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { hashMailToken } from '../mail/mail-token.ts'
import * as repository from './repository.ts'

export interface VerifyDeps {
  db: Db
  clock: () => Date
  hasher: PasswordHasher
}

/** Guesses of the chosen password per mail: enough for typing errors, too few for an attack. */
const maxVerificationAttempts = 10

/**
 * Proves the address and creates the account. It asks again for the password chosen at registration. So nobody who
 * follows a link inherits an account that somebody else prepared, with a password that the other person knows.
 *
 * @throws `invalid_mail_token`, `invalid_credentials`, `temporary_capacity`
 */
export async function verifyRegistration(
  deps: VerifyDeps,
  input: { token: string; password: string; request: RequestInfo; signal: AbortSignal },
): Promise<User> {
  const now = deps.clock()
  const registration = await repository.findByTokenHash(deps.db, hashMailToken(input.token), now)
  if (!registration) throw problem('invalid_mail_token')
  const matches = await tryPassword(deps, registration, input.password, input.signal)
  if (!matches) throw problem('invalid_credentials')
  const user = await createUser(deps.db, registration, input.request, now)
  if (!user) throw problem('invalid_mail_token')
  return user
}

async function tryPassword(
  { db, hasher }: VerifyDeps,
  registration: repository.Registration,
  password: string,
  signal: AbortSignal,
): Promise<boolean> {
  // Counted before the password is tested, so that parallel guesses cannot share one count.
  if (!(await repository.reserveAttempt(db, registration.id, maxVerificationAttempts)))
    throw problem('invalid_mail_token')
  try {
    return await hasher.verify(registration.passwordHash, password, signal)
  } catch (error) {
    // The password was not tested: the queue was full or the client gone.
    await repository.giveBackAttempt(db, registration.id)
    throw error
  }
}

/** @returns undefined when the address got an account meanwhile */
function createUser(
  db: Db,
  { email, name, passwordHash }: repository.Registration,
  request: RequestInfo,
  now: Date,
): Promise<User | undefined> {
  return withTransaction(db, async (tx) => {
    const times = { passwordChangedAt: now, createdAt: now }
    const user = await repository.insertUser(tx, { email, name, passwordHash, ...times })
    await repository.deleteRegistrationsOf(tx, email)
    if (!user) return undefined
    await recordEvent(tx, {
      action: 'user_created',
      outcome: 'success',
      actor: { type: 'user', id: user.id },
      request,
      occurredAt: now,
    })
    return user
  })
}
