/**
 * The header of a response to a request with an `Idempotency-Key`.
 * @param replayed whether an earlier request with this key did the work
 */
export function replayedHeader(replayed: boolean): Record<string, string> {
  return replayed ? { 'idempotent-replayed': 'true' } : {}
}
