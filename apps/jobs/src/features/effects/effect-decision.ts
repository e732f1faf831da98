import type { EffectResult } from '../kinds/define-job.ts'
import type { Json } from '../kinds/outcome.ts'

export type EffectDecision =
  /** It has happened. */
  | { kind: 'stored'; left: EffectResult }
  /** An earlier run began it and did not finish: perform it again with the same key. */
  | { kind: 'repeat' }
  /** An earlier run began it and did not finish: leave it to a person. */
  | { kind: 'hold' }
  /** The fence has moved on. */
  | { kind: 'lost' }

/**
 * Decides about an effect that this run could not begin.
 *
 * @param found the row of the effect; without one, it was the job's fence that refused
 * @param policy of the kind
 */
export function decideEffect(
  found:
    | { state: 'sending' | 'done' | 'ambiguous'; providerRef: string | null; result: Json | null }
    | undefined,
  policy: 'resend' | 'hold',
): EffectDecision {
  if (found === undefined) return { kind: 'lost' }
  if (found.state === 'done') {
    const { providerRef, result } = found
    return { kind: 'stored', left: { providerRef: providerRef ?? undefined, result: result ?? undefined } }
  }
  return policy === 'resend' ? { kind: 'repeat' } : { kind: 'hold' }
}
