import { listed } from '../run/backoff.ts'
import type { WebhookResponse } from './webhook-client.ts'

const secondMs = 1_000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs

/** The pauses between ten attempts. Together they are three days, so a receiver that fails on a Friday works on Monday. */
const pausesMs = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  14 * hourMs,
  20 * hourMs,
  24 * hourMs,
] as const
export const deliveryAttempts = pausesMs.length + 1
export const deliveryBackoff = listed(pausesMs)

export type DeliveryDecision =
  /** The receiver wants no more webhooks. */
  | { kind: 'gone' }
  /** @property afterMs undefined: the usual pause */
  | { kind: 'retry'; afterMs: number | undefined }

/** These say that the receiver is overloaded, so it gets the longest pause that we give. */
const overloadStatuses = [429, 502, 504]

export function isDelivered(status: number): boolean {
  return status >= 200 && status < 300
}

/**
 * Decides what follows from a response that is not a 2xx. The first case that applies wins:
 *
 * 1. 410 → gone
 * 2. with `Retry-After` → that pause, but at least the usual one and at most twice that
 * 3. overloaded → twice the usual pause
 * 4. anything else, redirects included → the usual pause
 *
 * @param attempt counts from 1
 */
export function decideDelivery(
  { status, retryAfterMs }: Pick<WebhookResponse, 'status' | 'retryAfterMs'>,
  attempt: number,
): DeliveryDecision {
  if (status === 410) return { kind: 'gone' }
  const pauseMs = pausesMs[Math.min(attempt, pausesMs.length) - 1] ?? pausesMs[0]
  const askedMs = retryAfterMs ?? (overloadStatuses.includes(status) ? 2 * pauseMs : undefined)
  const afterMs = askedMs === undefined ? undefined : Math.min(Math.max(askedMs, pauseMs), 2 * pauseMs)
  return { kind: 'retry', afterMs }
}
