import { type Db, withTransaction } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { findUser, type User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { requireAcceptable } from '../credentials/password-policy.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import { hashMailToken, repeatWindowMs } from '../mail/mail-token.ts'
import * as repository from './repository.ts'

export interface VerifyDeps {
  db: Db
  clock: () => Date
  config: Pick<Config, 'PASSWORD_MIN_LENGTH'>
  hasher: PasswordHasher
}

interface VerifyInput {
  token: string
  password: string
  request: RequestInfo
  signal: AbortSignal
}

/** Guesses of the chosen password per link: enough for typing errors, too few for an attack. */
const maxVerificationAttempts = 10

/**
 * Confirms the address and creates the account. The link of a registration requires the password that this registration
 * chose. So nobody who follows a link gets an account that somebody else prepared, with a password that the other person
 * knows. A link without such a password sets the one that is sent (finish-link.ts).
 *
 * @throws `invalid_mail_token`, `invalid_credentials`, `password_rejected`, `temporary_capacity`
 */
export async function verifyRegistration(deps: VerifyDeps, input: VerifyInput): Promise<User> {
  const now = deps.clock()
  const tokenHash = hashMailToken(input.token)
  const claim = await repository.findByTokenHash(deps.db, tokenHash, now)
  if (!claim) throw problem('invalid_mail_token')
  if (claim.userId !== null) return repeatSuccess(deps, claim, claim.userId, input)

  const passwordHash = await acceptedPassword(deps, claim, input)
  const user = await createUser(deps.db, { ...claim, passwordHash }, input.request, now)
  if (user) return user
  // Meanwhile the address has got an account. If it came from this link, this is the second request of a double click.
  const used = await repository.findByTokenHash(deps.db, tokenHash, now)
  if (!used || used.userId === null) throw problem('invalid_mail_token')
  return repeatSuccess(deps, used, used.userId, input)
}

/** @returns the hash of the account's password: the one that was registered, or a new one */
async function acceptedPassword(
  deps: VerifyDeps,
  claim: repository.Claim,
  { password, signal }: VerifyInput,
): Promise<string> {
  if (claim.passwordHash === null) {
    return deps.hasher.hash(requireAcceptable(password, claim, deps.config), signal)
  }
  if (!(await tryPassword(deps, claim, password, signal))) throw problem('invalid_credentials')
  return claim.passwordHash
}

/** The link was used within the last minute. The same password gets the same response; any other gets an error. */
async function repeatSuccess(
  deps: VerifyDeps,
  claim: repository.Claim,
  userId: string,
  { password, signal }: VerifyInput,
): Promise<User> {
  const matches = await tryPassword(deps, claim, password, signal)
  const user = matches ? await findUser(deps.db, userId) : undefined
  if (!user) throw problem('invalid_mail_token')
  return user
}

async function tryPassword(
  { db, hasher }: VerifyDeps,
  claim: repository.Claim,
  password: string,
  signal: AbortSignal,
): Promise<boolean> {
  // Counted before the password is tested, so that parallel guesses cannot share one count.
  if (!(await repository.reserveAttempt(db, claim.id, maxVerificationAttempts)))
    throw problem('invalid_mail_token')
  try {
    return await hasher.verify(claim.passwordHash ?? undefined, password, signal)
  } catch (error) {
    // The password was not tested: the queue was full or the client has disconnected.
    await repository.giveBackAttempt(db, claim.id)
    throw error
  }
}

/**
 * Creates the account of a claim, and invalidates all other links of the address.
 *
 * @returns undefined when the address already has an account
 */
function createUser(
  db: Db,
  claim: repository.Claim & { passwordHash: string },
  request: RequestInfo,
  now: Date,
): Promise<User | undefined> {
  const { id, email, name, passwordHash } = claim
  return withTransaction(db, async (tx) => {
    const times = { passwordChangedAt: now, createdAt: now }
    const user = await repository.insertUser(tx, { email, name, passwordHash, ...times })
    if (user) {
      const expiresAt = new Date(now.getTime() + repeatWindowMs)
      await repository.markUsed(tx, id, { userId: user.id, passwordHash, expiresAt })
    }
    await repository.deleteOpenClaims(tx, email)
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
