/** When a key signs and when it goes. The moments of one key follow one another in this order. */
export interface KeyTimes {
  kid: string
  createdAt: Date
  /** Signs from here on, */
  notBefore: Date
  /** to here (null while no successor is known), */
  retireAt: Date | null
  /** and is published to here, for the tokens that it signed. */
  removeAt: Date | null
}

/** `next` is published and does not sign yet, `retired` is published and does not sign any more. */
export type KeyState = 'next' | 'active' | 'retired' | 'gone'

/** What a run must do so that one key signs now and its successor is known in time. */
export type RotationPlan =
  | { kind: 'keep' }
  /** Make a key that signs from `notBefore`; the one that signs now retires then. */
  | { kind: 'create'; notBefore: Date }
  /** Let the published next key sign earlier than it was to. */
  | { kind: 'advance'; kid: string; notBefore: Date }

/** How soon the next key is wanted: when it is due, or because an operator asks, or asks in a hurry. */
export type Urgency = 'when due' | 'asked' | 'urgent'

const dayMs = 24 * 3_600_000
/** NIST SP 800-57 allows years; a month keeps rotation a routine that is known to work. */
const signsForMs = 30 * dayMs
/** The next key is published so long before it signs that every cache of the JWKS has expired by then. */
const publishedAheadMs = dayMs
/**
 * The least that loses no token: 60 s until each instance has reloaded, and the 30 s for which a service that
 * verifies does not ask again after its last look.
 */
const urgentAheadMs = 90_000
/** The longest lifetime of an access token that the configuration allows is an hour; the other is margin. */
const publishedAfterMs = 2 * 3_600_000

export function stateOf(key: KeyTimes, now: Date): KeyState {
  if (key.removeAt && key.removeAt <= now) return 'gone'
  if (key.retireAt && key.retireAt <= now) return 'retired'
  return key.notBefore <= now ? 'active' : 'next'
}

/** The key that signs, or undefined when there is none. Of two (clocks differ) it is the newer one. */
export function activeKey<Key extends KeyTimes>(keys: readonly Key[], now: Date): Key | undefined {
  return keys
    .filter((key) => stateOf(key, now) === 'active')
    .toSorted((a, b) => b.notBefore.getTime() - a.notBefore.getTime())[0]
}

/** Decides what a rotation run must do now. Doing it makes the same question answer `keep`. */
export function planRotation(keys: readonly KeyTimes[], now: Date, urgency: Urgency): RotationPlan {
  const active = activeKey(keys, now)
  const next = keys.find((key) => stateOf(key, now) === 'next')
  if (!active) {
    // Nothing can be signed: better a key that some cache does not know yet than none.
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

/** When a key that stops signing at `retireAt` leaves the JWKS: no token that it signed lives any more. */
export function removalOf(retireAt: Date): Date {
  return after(retireAt, publishedAfterMs)
}

function after(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms)
}

function later(a: Date, b: Date): Date {
  return a > b ? a : b
}
