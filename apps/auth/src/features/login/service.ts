import { serviceProblem } from '@fondasi/service'
import type { User } from '../accounts/repository.ts'
import { type RequestInfo, recordEvent, type SecurityEvent } from '../events/security-event.ts'
import { provePassword } from './prove-password.ts'
import { type SignInDeps, signIn } from './sign-in.ts'

export type LoginService = ReturnType<typeof createLoginService>

/** Verifies passwords, and clears the failed attempts of an account. */
export function createLoginService(deps: SignInDeps) {
  return {
    signIn: signIn.bind(undefined, deps),
    confirmPassword: confirmPassword.bind(undefined, deps),
    forgetFailures: forgetFailures.bind(undefined, deps),
    unlock: unlock.bind(undefined, deps),
  }
}

/**
 * Asks for the password of a user who is signed in, before a change that a stolen access token must not make. The
 * session counts as the device: others' failures do not count against it, its own do.
 *
 * @throws `temporary_capacity`, `too_many_attempts`, `invalid_credentials`
 */
async function confirmPassword(
  deps: SignInDeps,
  options: { user: User; password: string; request: RequestInfo; signal: AbortSignal },
): Promise<void> {
  const { user, password, request, signal } = options
  const device = `session:${request.sessionId}`
  await provePassword(deps, { email: user.email, password, device, request, signal }, async () => user)
}

/** Forgets the failed attempts of an account whose owner has proven who they are in another way. */
async function forgetFailures({ throttle, log }: SignInDeps, email: string): Promise<void> {
  await throttle
    .lift(email)
    .catch((error: unknown) =>
      log.warn({ err: error }, 'could not clear the failed logins of an account; they expire by themselves'),
    )
}

/** The same, for an administrator. @throws `dependency_unavailable` when Redis is unreachable: nothing was unlocked */
async function unlock(
  { db, clock, throttle }: SignInDeps,
  options: { user: User; actor: SecurityEvent['actor']; request: RequestInfo },
): Promise<void> {
  await throttle.lift(options.user.email).catch((cause: unknown) => {
    throw serviceProblem('dependency_unavailable', { cause })
  })
  await recordEvent(db, {
    action: 'user_unlocked',
    outcome: 'success',
    actor: options.actor,
    targets: [{ type: 'user', id: options.user.id }],
    request: options.request,
    occurredAt: clock(),
  })
}
