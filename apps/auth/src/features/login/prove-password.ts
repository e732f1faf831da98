import { bearerChallenge } from '@fondasi/access'
import { type Db, withTransaction } from '@fondasi/postgres'
import { problem } from '../../errors.ts'
import type { AuthMetrics } from '../../metrics.ts'
import type { User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { LoginThrottle, Reservation } from './login-throttle.ts'

export interface ProveDeps {
  db: Db
  clock: () => Date
  hasher: PasswordHasher
  throttle: LoginThrottle
  authMetrics: AuthMetrics
}

export interface Attempt {
  /** Normalised. */
  email: string
  password: string
  /** See `LoginThrottle`. */
  device: string | undefined
  request: RequestInfo
  /** Aborted when the client disconnects. */
  signal: AbortSignal
}

/**
 * Tests a password. Every place that asks for a password goes through here, and so through the throttle.
 *
 * The order matters. Hashing capacity comes first, so that an overload of ours is not counted as a failed attempt. The
 * throttle comes next: a locked account refuses the right password too, before any work. Then the user is read, and one
 * hash is verified whether there is a user or not.
 *
 * @throws `temporary_capacity`, `too_many_attempts`, `password_login_off`, `invalid_credentials`
 */
export async function provePassword(
  deps: ProveDeps,
  attempt: Attempt,
  find: () => Promise<User | undefined>,
): Promise<User> {
  deps.hasher.assertCapacity()
  const reservation = await reserveAttempt(deps, attempt)
  const { user, matches } = await testPassword(deps, attempt, find, reservation)
  if (user && matches) {
    await reservation.giveBack('succeeded')
    return user
  }
  deps.authMetrics.logins.inc({ outcome: 'wrong' })
  await recordFailure(deps, attempt, user, reservation.locks)
  throw wrongCredentials()
}

export function wrongCredentials(): Error {
  return problem('invalid_credentials', { headers: { 'www-authenticate': bearerChallenge } })
}

type Admitted = Extract<Reservation, { outcome: 'admitted' }>

/** Counts the attempt as failed until it is given back. */
async function reserveAttempt(
  { throttle, authMetrics }: ProveDeps,
  { email, device, request }: Attempt,
): Promise<Admitted> {
  const reservation = await throttle.reserve({ email, device, ip: request.ip })
  switch (reservation.outcome) {
    case 'admitted':
      return reservation
    case 'locked': {
      authMetrics.logins.inc({ outcome: 'throttled' })
      const seconds = Math.ceil(reservation.retryAfterMs / 1000)
      throw problem('too_many_attempts', { headers: { 'retry-after': String(seconds) } })
    }
    case 'off':
      authMetrics.logins.inc({ outcome: 'password_off' })
      throw problem('password_login_off')
  }
}

async function testPassword(
  { hasher }: ProveDeps,
  attempt: Attempt,
  find: () => Promise<User | undefined>,
  reservation: Admitted,
): Promise<{ user: User | undefined; matches: boolean }> {
  try {
    const user = await find()
    const matches = await hasher.verify(user?.passwordHash, attempt.password, attempt.signal)
    return { user, matches }
  } catch (error) {
    // The password was not tested: the database was unreachable, the queue full or the client gone.
    await reservation.giveBack('untested')
    throw error
  }
}

/** Runs the same statements whether there is a user or not, so that the response time reveals nothing. */
async function recordFailure(
  { db, clock }: ProveDeps,
  attempt: Attempt,
  user: User | undefined,
  locks: boolean,
): Promise<void> {
  // A request with a session has proven who sends it. Before a login anybody may be guessing.
  const isSignedIn = user !== undefined && attempt.request.sessionId !== undefined
  const event = {
    outcome: 'failure' as const,
    actor: isSignedIn
      ? { type: 'user' as const, id: user.id }
      : { type: 'anonymous' as const, id: 'unknown' },
    ...(user && { targets: [{ type: 'user', id: user.id }] }),
    request: attempt.request,
    occurredAt: clock(),
  }
  await withTransaction(db, async (tx) => {
    await recordEvent(tx, { ...event, action: 'authn_login_fail' })
    if (locks) await recordEvent(tx, { ...event, action: 'authn_login_lock' })
  })
}
