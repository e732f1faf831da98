import type { Revocation } from '@fondasi/access'
import { publish, type Sealer } from '@fondasi/outbox'
import type { Db, Tx } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { requireAcceptable } from '../credentials/password-policy.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { LoginService } from '../login/service.ts'
import { withheldTopic } from '../mail/mail-limits.ts'
import { hashMailToken, repeatWindowMs } from '../mail/mail-token.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export const forgotTopic = 'password.forgot'

export interface PasswordDeps {
  db: Db
  clock: () => Date
  config: Pick<Config, 'PASSWORD_MIN_LENGTH'>
  hasher: PasswordHasher
  sealer: Sealer
  login: LoginService
  revocations: Revocations
}

export type PasswordService = ReturnType<typeof createPasswordService>

/** Setting a new password, with the current one or with a link from a mail. */
export function createPasswordService(deps: PasswordDeps) {
  return {
    forgot: forgot.bind(undefined, deps),
    reset: reset.bind(undefined, deps),
    change: change.bind(undefined, deps),
  }
}

/**
 * Asks for a link. The work is the same for every address. The outbox handler that sends the mail looks up whether
 * the address has an account (messages.ts).
 *
 * @param input.mailAllowed false when a mail limit is reached: the same work, but no mail
 */
async function forgot(
  { db, clock, sealer }: PasswordDeps,
  { email, mailAllowed }: { email: string; mailAllowed: boolean },
): Promise<void> {
  await publish(db, {
    topic: mailAllowed ? forgotTopic : withheldTopic,
    payload: { requestedAt: clock().toISOString() },
    secret: { sealer, values: { email } },
  })
}

/**
 * Sets a new password with the token of a link. The token stays valid when the new password is rejected.
 *
 * @throws `invalid_mail_token`, `password_rejected`, `temporary_capacity`
 */
async function reset(
  deps: PasswordDeps,
  input: { token: string; password: string; request: RequestInfo; signal: AbortSignal },
): Promise<void> {
  const { db, clock, config, hasher, login, revocations } = deps
  const tokenHash = hashMailToken(input.token)
  const found = await repository.findReset(db, tokenHash, clock())
  if (!found) throw problem('invalid_mail_token')
  if (found.uses > 0) return requireRepeat(deps, tokenHash, input)
  const owner = found.user
  const password = requireAcceptable(input.password, owner, config)
  const passwordHash = await hasher.hash(password, input.signal)
  const { isFirst } = await revocations.run(async (tx) => {
    const user = await lockUser(tx, owner.id)
    const repeatableUntil = new Date(clock().getTime() + repeatWindowMs)
    if (!user || !(await repository.consumeReset(tx, tokenHash, repeatableUntil)))
      return { isFirst: false, revoked: [] }
    const replacement = { passwordHash, by: 'reset', request: input.request } as const
    return { isFirst: true, revoked: await replacePassword(deps, tx, user, replacement) }
  })
  // Another request was faster: the second one of a double click, or somebody with another password.
  if (!isFirst) return requireRepeat(deps, tokenHash, input)
  // The link proves who owns the account, so others' guesses no longer count.
  await login.forgetFailures(owner.email)
}

/**
 * The link was used within the last minute. The password that it set gets the same response; any other gets an error.
 *
 * @throws `invalid_mail_token`, `temporary_capacity`
 */
async function requireRepeat(
  { db, clock, hasher }: PasswordDeps,
  tokenHash: Buffer,
  { password, signal }: { password: string; signal: AbortSignal },
): Promise<void> {
  // Counted before the password is tested, so that the link cannot be used to guess the password.
  const isCounted = await repository.countRepeat(db, tokenHash, clock())
  const found = isCounted ? await repository.findReset(db, tokenHash, clock()) : undefined
  const matches = found !== undefined && (await hasher.verify(found.user.passwordHash, password, signal))
  if (!matches) throw problem('invalid_mail_token')
}

/**
 * Sets a new password for a user who is signed in and knows the current one. All other sessions end.
 *
 * @throws `password_rejected`, `invalid_credentials`, `too_many_attempts`, `temporary_capacity`, `user_not_found`
 */
async function change(
  deps: PasswordDeps,
  input: {
    userId: string
    currentPassword: string
    newPassword: string
    request: RequestInfo
    signal: AbortSignal
  },
): Promise<void> {
  const { db, config, hasher, login, revocations } = deps
  const { currentPassword, request, signal } = input
  const before = await findUser(db, input.userId)
  if (!before) throw problem('user_not_found')
  const password = requireAcceptable(input.newPassword, before, config, '/body/newPassword')
  await login.confirmPassword({ user: before, password: currentPassword, request, signal })
  const passwordHash = await hasher.hash(password, signal)
  const keepSessionId = request.sessionId
  await revocations.run(async (tx) => {
    const user = await lockUser(tx, before.id)
    // Another request changed the password since it was read: the one that was sent may no longer be the current one.
    if (user?.passwordHash !== before.passwordHash) throw problem('invalid_credentials')
    const replacement = { passwordHash, by: 'change', keepSessionId, request } as const
    return { revoked: await replacePassword(deps, tx, user, replacement) }
  })
}

/** Sets the password of a locked user and ends the user's sessions, except `keepSessionId`. */
async function replacePassword(
  { clock, revocations }: PasswordDeps,
  tx: Tx,
  user: User,
  replacement: {
    passwordHash: string
    by: 'reset' | 'change'
    keepSessionId?: string | undefined
    request: RequestInfo
  },
): Promise<Revocation[]> {
  const { passwordHash, by, keepSessionId, request } = replacement
  // Read after the locks were taken: every token issued before them is older than this time.
  const now = clock()
  await repository.setPassword(tx, user.id, passwordHash, now)
  const entries = await endSessionsOfUser(tx, revocations, {
    userId: user.id,
    exceptSessionId: keepSessionId,
    reason: 'password_changed',
    now,
  })
  await recordEvent(tx, {
    action: 'authn_password_change',
    outcome: 'success',
    actor: { type: 'user', id: user.id },
    request,
    occurredAt: now,
    metadata: { by, sessions: entries.length },
  })
  return entries
}
