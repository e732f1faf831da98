import { type Db, withTransaction } from '@fondasi/postgres'
import { serviceProblem } from '@fondasi/service'
import type { Logger } from 'pino'
import { problem } from '../../errors.ts'
import type { AuthMetrics } from '../../metrics.ts'
import { findUserByEmail, type User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { type RequestInfo, recordEvent, type SecurityEvent } from '../events/security-event.ts'
import type { SessionService, SignedIn } from '../sessions/service.ts'
import type { LoginThrottle } from './login-throttle.ts'
import * as repository from './repository.ts'

export type LoginService = ReturnType<typeof createLoginService>

/** Who tries, from where, and what. */
interface Attempt {
  /** Normalised. */
  email: string
  password: string
  /** See `LoginThrottle`. */
  device: string | undefined
  request: RequestInfo
  /** Aborted when the client has gone. */
  signal: AbortSignal
}

/** Rules of proving a password. Every place that asks for one goes through here, and so through the throttle. */
export function createLoginService(deps: {
  db: Db
  clock: () => Date
  log: Logger
  hasher: PasswordHasher
  sessions: SessionService
  throttle: LoginThrottle
  authMetrics: AuthMetrics
}) {
  const { db, clock, log, hasher, sessions, throttle, authMetrics } = deps

  /**
   * Tests a password. The order is the rule: capacity, so that a busy moment of ours is nobody's failed attempt;
   * the throttle, before any work and for a right password too; the look-up; one verification, whether there is a
   * user or not.
   *
   * @throws `temporary_capacity`, `too_many_attempts`, `password_login_off`, `invalid_credentials`
   */
  async function prove(attempt: Attempt, find: () => Promise<User | undefined>): Promise<User> {
    hasher.assertCapacity()
    const reservation = await throttle.reserve({ ...attempt, ip: attempt.request.ip })
    switch (reservation.outcome) {
      case 'locked': {
        authMetrics.logins.inc({ outcome: 'throttled' })
        const seconds = Math.ceil(reservation.retryAfterMs / 1000)
        throw problem('too_many_attempts', { headers: { 'retry-after': String(seconds) } })
      }
      case 'off':
        authMetrics.logins.inc({ outcome: 'password_off' })
        throw problem('password_login_off')
      case 'admitted':
    }

    let user: User | undefined
    let matches: boolean
    try {
      user = await find()
      matches = await hasher.verify(user?.passwordHash, attempt.password, attempt.signal)
    } catch (error) {
      // Never tested: the database was away, the queue full or the client gone.
      await reservation.giveBack('untested')
      throw error
    }
    if (user && matches) {
      await reservation.giveBack('succeeded')
      return user
    }
    authMetrics.logins.inc({ outcome: 'wrong' })
    await recordFailure(attempt, user, reservation.locks)
    throw wrongCredentials()
  }

  /** The same statements whether there is a user or not, so that their time tells nothing. */
  async function recordFailure(attempt: Attempt, user: User | undefined, locks: boolean): Promise<void> {
    // Who is asked again within a session is known by its token; before a login anybody may be guessing.
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

  /** Nobody waits for a better hash: whatever keeps us from it, the next login tries again. */
  async function strengthenHash(user: User, attempt: Attempt): Promise<void> {
    if (!hasher.needsRehash(user.passwordHash)) return
    try {
      const newHash = await hasher.hash(attempt.password, attempt.signal)
      await repository.replaceHash(db, { userId: user.id, oldHash: user.passwordHash, newHash })
    } catch (error) {
      log.info({ err: error }, 'a password hash was not strengthened')
    }
  }

  async function requireEnabled(user: User, attempt: Attempt): Promise<void> {
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
    // Only now that the password was right: it would tell a stranger that there is an account.
    throw problem('account_disabled')
  }

  return {
    /**
     * Signs in with a password.
     *
     * @throws `temporary_capacity`, `too_many_attempts`, `password_login_off`, `invalid_credentials`, `account_disabled`
     */
    async signIn(attempt: Attempt & { transport: 'body' | 'cookie' }): Promise<SignedIn> {
      const find = () => findUserByEmail(db, attempt.email)
      const start = async (user: User) => {
        await requireEnabled(user, attempt)
        return sessions.start({ user, transport: attempt.transport, amr: ['pwd'], request: attempt.request })
      }
      const user = await prove(attempt, find)
      let signedIn = await start(user)
      if (!signedIn) {
        // The account changed while we looked: disabled, another password, or the same one with a stronger hash.
        const changed = await find()
        const matches = await hasher.verify(changed?.passwordHash, attempt.password, attempt.signal)
        if (changed && matches) signedIn = await start(changed)
      }
      if (!signedIn) throw wrongCredentials()
      authMetrics.logins.inc({ outcome: 'success' })
      await strengthenHash(signedIn.user, attempt)
      return signedIn
    },

    /**
     * Asks for the password of somebody who is signed in, before a change that a stolen access token must not make.
     * The session is the device: others' failures do not count against it, its own do.
     *
     * @throws `temporary_capacity`, `too_many_attempts`, `invalid_credentials`
     */
    async confirmPassword(options: {
      user: User
      password: string
      request: RequestInfo
      signal: AbortSignal
    }): Promise<void> {
      const { user, password, request, signal } = options
      const device = `session:${request.sessionId}`
      await prove({ email: user.email, password, device, request, signal }, async () => user)
    },

    /** Forgets the failed attempts of an account whose owner has proven to be it in another way. */
    async forgetFailures(email: string): Promise<void> {
      await throttle
        .lift(email)
        .catch((error: unknown) => log.warn({ err: error }, 'failed logins were not forgotten'))
    },

    /** The same, by an administrator. @throws `dependency_unavailable` when Redis is away: then nothing was unlocked */
    async unlock(options: {
      user: User
      actor: SecurityEvent['actor']
      request: RequestInfo
    }): Promise<void> {
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
    },
  }
}

function wrongCredentials(): Error {
  return problem('invalid_credentials', { headers: { 'www-authenticate': 'Bearer' } })
}
