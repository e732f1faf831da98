import { listed } from '../run/backoff.ts'
import type { WebhookResponse } from './webhook-client.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** The pauses between ten attempts. They add up to three days, so a receiver that fails on Friday can be fixed on Monday. */
const pausesMs = [
  5_000,
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

/** These statuses say that the receiver is overloaded, so it gets the longest pause that we give. */
const overloadStatuses = [429, 502, 504]

export function isDelivered(status: number): boolean {
  return status >= 200 && status < 300
}

export type DeliveryDecision =
  | { kind: 'disable'; reason: 'gone' | 'failing' }
  /** @property afterMs undefined: the usual pause */
  | { kind: 'retry'; afterMs: number | undefined }

/**
 * Decides what to do after a failed delivery. The first case that applies wins:
 *
 * 1. 410 → disable the endpoint: its receiver is gone
 * 2. every delivery has failed for days → disable the endpoint
 * 3. with `Retry-After` → that pause, but at least the usual one and at most twice that
 * 4. overloaded → twice the usual pause
 * 5. anything else, redirects and a missing response included → the usual pause
 *
 * @param attempt counts from 1
 * @param isFailing whether every delivery to the endpoint has failed for too long
 */
export function decideDelivery(
  response: Pick<WebhookResponse, 'status' | 'retryAfterMs'> | undefined,
  { attempt, isFailing }: { attempt: number; isFailing: boolean },
): DeliveryDecision {
  if (response?.status === 410) return { kind: 'disable', reason: 'gone' }
  if (isFailing) return { kind: 'disable', reason: 'failing' }
  if (response === undefined) return { kind: 'retry', afterMs: undefined }
  const pauseMs = pausesMs[Math.min(attempt, pausesMs.length) - 1] ?? pausesMs[0]
  const isOverloaded = overloadStatuses.includes(response.status)
  const askedMs = response.retryAfterMs ?? (isOverloaded ? 2 * pauseMs : undefined)
  const afterMs = askedMs === undefined ? undefined : Math.min(Math.max(askedMs, pauseMs), 2 * pauseMs)
  return { kind: 'retry', afterMs }
}
