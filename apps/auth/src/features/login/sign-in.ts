import type { Logger } from 'pino'
import { problem } from '../../errors.ts'
import { findUserByEmail, type User } from '../accounts/repository.ts'
import { recordEvent } from '../events/security-event.ts'
import type { SessionService } from '../sessions/service.ts'
import type { SignedIn } from '../sessions/signed-in.ts'
import { type Attempt, type ProveDeps, provePassword, wrongCredentials } from './prove-password.ts'
import { replaceHash } from './repository.ts'

export interface SignInDeps extends ProveDeps {
  log: Logger
  sessions: SessionService
}

type SignIn = Attempt & { transport: 'body' | 'cookie' }

/**
 * Signs in with a password.
 *
 * @throws `temporary_capacity`, `too_many_attempts`, `password_login_off`, `invalid_credentials`, `account_disabled`
 */
export async function signIn(deps: SignInDeps, attempt: SignIn): Promise<SignedIn> {
  const find = () => findUserByEmail(deps.db, attempt.email)
  const user = await provePassword(deps, attempt, find)
  const signedIn = (await startSession(deps, user, attempt)) ?? (await tryAgain(deps, attempt))
  if (!signedIn) throw wrongCredentials()
  deps.authMetrics.logins.inc({ outcome: 'success' })
  await strengthenHash(deps, signedIn.user, attempt)
  return signedIn
}

async function startSession(deps: SignInDeps, user: User, attempt: SignIn): Promise<SignedIn | undefined> {
  await requireEnabled(deps, user, attempt)
  const { transport, request } = attempt
  return deps.sessions.start({ user, transport, amr: ['pwd'], request })
}

/**
 * The account changed while the password was tested: it was disabled or deleted, got another password, or the same one
 * with a stronger hash. The decision is made again on the account as it is now.
 */
async function tryAgain(deps: SignInDeps, attempt: SignIn): Promise<SignedIn | undefined> {
  const user = await findUserByEmail(deps.db, attempt.email)
  const matches = await deps.hasher.verify(user?.passwordHash, attempt.password, attempt.signal)
  return user && matches ? startSession(deps, user, attempt) : undefined
}

/** Called after the password was proven: before that, the error would tell a stranger that there is an account. */
async function requireEnabled({ db, clock, authMetrics }: SignInDeps, user: User, attempt: Attempt) {
  if (!user.disabledAt) return
  authMetrics.logins.inc({ outcome: 'disabled' })
  await recordEvent(db, {
    action: 'authn_login_fail',
    outcome: 'denied',
    actor: { type: 'user', id: user.id },
    request: attempt.request,
    occurredAt: clock(),
    metadata: { reason: 'disabled' },
  })
  throw problem('account_disabled')
}

/** A failure is only logged: the next login tries again. */
async function strengthenHash({ db, log, hasher }: SignInDeps, user: User, attempt: Attempt): Promise<void> {
  if (!hasher.needsRehash(user.passwordHash)) return
  try {
    const newHash = await hasher.hash(attempt.password, attempt.signal)
    await replaceHash(db, { userId: user.id, oldHash: user.passwordHash, newHash })
  } catch (error) {
    log.info({ err: error }, 'could not strengthen a password hash; the next login will try again')
  }
}
