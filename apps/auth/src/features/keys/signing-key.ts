/** The life of a key. Its times follow one another in this order. */
export interface KeyTimes {
  kid: string
  createdAt: Date
  /** The key signs from this time. */
  notBefore: Date
  /** It stops signing at this time; null while it has no successor. */
  retireAt: Date | null
  /** It is published until this time, so that the tokens that it signed can be verified. */
  removeAt: Date | null
}

/** `next` is published but does not sign yet; `retired` is published but no longer signs. */
export type KeyState = 'next' | 'active' | 'retired' | 'gone'

/** What a rotation must do so that one key signs now and its successor is published in time. */
export type RotationPlan =
  | { kind: 'keep' }
  /** Create a key that signs from `notBefore`. The key that signs now retires at that time. */
  | { kind: 'create'; notBefore: Date }
  /** Let the published next key sign earlier than planned. */
  | { kind: 'advance'; kid: string; notBefore: Date }

/** How soon the next key must sign: when it is due, in a day because an operator asks, or as soon as possible. */
export type Urgency = 'when due' | 'asked' | 'urgent'

const dayMs = 24 * 3_600_000
/** NIST SP 800-57 allows years. A month makes rotation a routine that is known to work. */
const signsForMs = 30 * dayMs
/** By the time that the next key signs, every cache of the JWKS must have expired. */
const publishedAheadMs = dayMs
/**
 * Long enough that no token is refused: an instance reloads every 20 s, and a verifying service may have fetched the JWKS
 * just before that and wait 15 s until it fetches again. The rest is margin for retries.
 */
const urgentAheadMs = 90_000
/** One hour is the longest lifetime of an access token that the configuration allows. The other hour is margin. */
const publishedAfterMs = 2 * 3_600_000

export function stateOf(key: KeyTimes, now: Date): KeyState {
  if (key.removeAt && key.removeAt <= now) return 'gone'
  if (key.retireAt && key.retireAt <= now) return 'retired'
  return key.notBefore <= now ? 'active' : 'next'
}

/** The key that signs now, if there is one. Of two, since the instances' clocks differ, it is the newer one. */
export function activeKey<Key extends KeyTimes>(keys: readonly Key[], now: Date): Key | undefined {
  return keys
    .filter((key) => stateOf(key, now) === 'active')
    .toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0]
}

/** Decides what a rotation must do now. Once that is done, the decision is `keep`. */
export function planRotation(keys: readonly KeyTimes[], now: Date, urgency: Urgency): RotationPlan {
  const active = activeKey(keys, now)
  const next = keys.find((key) => stateOf(key, now) === 'next')
  if (!active) {
    // Without a key nothing can be signed. A key that some caches do not have yet is better.
    return next ? { kind: 'advance', kid: next.kid, notBefore: now } : { kind: 'create', notBefore: now }
  }
  if (next) {
    const earliest = later(now, after(next.createdAt, urgentAheadMs))
    return urgency === 'urgent' && earliest < next.notBefore
      ? { kind: 'advance', kid: next.kid, notBefore: earliest }
      : { kind: 'keep' }
  }
  const notBefore = after(now, urgency === 'urgent' ? urgentAheadMs : publishedAheadMs)
  const isDue = urgency !== 'when due' || after(active.notBefore, signsForMs) <= notBefore
  return isDue ? { kind: 'create', notBefore } : { kind: 'keep' }
}

/** When a key that stops signing at `retireAt` leaves the JWKS: every token that it signed has expired. */
export function removalOf(retireAt: Date): Date {
  return after(retireAt, publishedAfterMs)
}

function after(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms)
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b
}
