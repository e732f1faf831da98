import type { Config } from '../../config.ts'

export type LifetimeConfig = Pick<Config, 'SESSION_IDLE_DAYS' | 'SESSION_MAX_DAYS'>

/** A session ends at the earlier of the two. A refresh moves the first and never the second. */
export interface SessionExpiry {
  idleExpiresAt: Date
  absoluteExpiresAt: Date
}

const dayMs = 24 * 60 * 60 * 1000

export function idleExpiry(usedAt: Date, config: LifetimeConfig): Date {
  return new Date(usedAt.getTime() + config.SESSION_IDLE_DAYS * dayMs)
}

export function absoluteExpiry(startedAt: Date, config: LifetimeConfig): Date {
  return new Date(startedAt.getTime() + config.SESSION_MAX_DAYS * dayMs)
}

export function expiryOf({ idleExpiresAt, absoluteExpiresAt }: SessionExpiry): Date {
  return idleExpiresAt < absoluteExpiresAt ? idleExpiresAt : absoluteExpiresAt
}

export function hasExpired(session: SessionExpiry, now: Date): boolean {
  return expiryOf(session) <= now
}
