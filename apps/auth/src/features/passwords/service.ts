import type { Revocation } from '@fondasi/access'
import { publish, type Sealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { endSessionsOfUser } from '../accounts/end-sessions.ts'
import { findUser, lockUser, type User } from '../accounts/repository.ts'
import type { PasswordHasher } from '../credentials/password-hasher.ts'
import { requireAcceptable } from '../credentials/password-policy.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { LoginService } from '../login/service.ts'
import { withheldTopic } from '../mail/mail-limits.ts'
import { hashMailToken } from '../mail/mail-token.ts'
import type { Revocations } from '../revocations/service.ts'
import * as repository from './repository.ts'

export const forgotTopic = 'password.forgot'

export type PasswordService = ReturnType<typeof createPasswordService>

/** Rules of getting a new password, with the old one or with a link in a mail. */
export function createPasswordService(deps: {
  db: Db
  clock: () => Date
  config: Config
  hasher: PasswordHasher
  sealer: Sealer
  login: LoginService
  revocations: Revocations
}) {
  const { db, clock, config, hasher, sealer, login, revocations } = deps

  /** Sets the password of a locked user and ends all sessions but one, in the caller's transaction. */
  async function replacePassword(
    tx: Tx,
    user: User,
    change: {
      passwordHash: string
      by: 'reset' | 'change'
      keepSessionId?: string | undefined
      request: RequestInfo
    },
  ): Promise<Revocation[]> {
    // After the locks: whatever was issued before them is older than this moment.
    const now = clock()
    await repository.setPassword(tx, user.id, change.passwordHash, now)
    const entries = await endSessionsOfUser(tx, revocations, {
      userId: user.id,
      exceptSessionId: change.keepSessionId,
      reason: 'password_changed',
      now,
    })
    await recordEvent(tx, {
      action: 'authn_password_change',
      outcome: 'success',
      actor: { type: 'user', id: user.id },
      request: change.request,
      occurredAt: now,
      metadata: { by: change.by, sessions: entries.length },
    })
    return entries
  }

  return {
    /**
     * Asks for a link. The same work for every address; whether it has an account is looked up by the worker that
     * sends the mail (messages.ts).
     *
     * @param input.mailAllowed false when the address has had its share of mails: same work, no mail
     */
    async forgot(input: { email: string; mailAllowed: boolean }): Promise<void> {
      const values = { email: input.email }
      const payload = { requestedAt: clock().toISOString() }
      await publish(db, {
        topic: input.mailAllowed ? forgotTopic : withheldTopic,
        payload,
        secret: { sealer, values },
      })
    },

    /**
     * Sets a new password with the token of a link. A password that is refused leaves the token good.
     *
     * @throws `invalid_mail_token`, `password_rejected`, `temporary_capacity`
     */
    async reset(input: {
      token: string
      password: string
      request: RequestInfo
      signal: AbortSignal
    }): Promise<void> {
      const tokenHash = hashMailToken(input.token)
      const owner = await repository.findResetUser(db, tokenHash, clock())
      if (!owner) throw problem('invalid_mail_token')
      const password = requireAcceptable(input.password, owner, config)
      const passwordHash = await hasher.hash(password, input.signal)
      const entries = await withTransaction(db, async (tx) => {
        const user = await lockUser(tx, owner.id)
        if (!user || !(await repository.consumeReset(tx, tokenHash))) throw problem('invalid_mail_token')
        return replacePassword(tx, user, { passwordHash, by: 'reset', request: input.request })
      })
      await revocations.announce(entries)
      // The mailbox has proven its owner, so the guesses of others are void.
      await login.forgetFailures(owner.email)
    },

    /**
     * Sets a new password for somebody who is signed in and knows the old one. This session stays, all others end.
     *
     * @throws `password_rejected`, `invalid_credentials`, `too_many_attempts`, `temporary_capacity`, `user_not_found`
     */
    async change(input: {
      userId: string
      currentPassword: string
      newPassword: string
      request: RequestInfo
      signal: AbortSignal
    }): Promise<void> {
      const { currentPassword, request, signal } = input
      const before = await findUser(db, input.userId)
      if (!before) throw problem('user_not_found')
      const password = requireAcceptable(input.newPassword, before, config, '/body/newPassword')
      await login.confirmPassword({ user: before, password: currentPassword, request, signal })
      const passwordHash = await hasher.hash(password, signal)
      const entries = await withTransaction(db, async (tx) => {
        const user = await lockUser(tx, before.id)
        // Changed by another request since we looked: the password that was typed may not be the current one.
        if (user?.passwordHash !== before.passwordHash) throw problem('invalid_credentials')
        return replacePassword(tx, user, {
          passwordHash,
          by: 'change',
          keepSessionId: request.sessionId,
          request,
        })
      })
      await revocations.announce(entries)
    },
  }
}
