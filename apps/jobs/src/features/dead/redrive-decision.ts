import type { Problem } from '@fondasi/service'
import { payloadProblem } from '../jobs/enqueue.ts'
import type { Kind } from '../kinds/define-job.ts'

/** After this many redrives, a person should look for the cause before another one. */
const maxRedrives = 3

export type RedriveDecision =
  | { kind: 'redrive'; job: Kind }
  | { kind: 'closed' }
  | { kind: 'too_often' }
  | { kind: 'unknown_kind' }
  | { kind: 'invalid_payload'; problem: Problem }

/**
 * Decides whether a dead letter can be redriven. The first case that applies wins.
 *
 * @param letter.redriveNo how many redrives led to its job
 * @param payload of the new job
 */
export function decideRedrive(
  letter: { status: 'open' | 'redriven' | 'discarded'; redriveNo: number },
  kind: Kind | undefined,
  payload: unknown,
  force: boolean,
): RedriveDecision {
  if (letter.status !== 'open') return { kind: 'closed' }
  if (letter.redriveNo >= maxRedrives && !force) return { kind: 'too_often' }
  if (kind === undefined) return { kind: 'unknown_kind' }
  const problem = payloadProblem(kind, payload)
  return problem === undefined ? { kind: 'redrive', job: kind } : { kind: 'invalid_payload', problem }
}
