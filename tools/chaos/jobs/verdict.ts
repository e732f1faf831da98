import type { AcceptedMail, Sighting } from '../../bench/src/jobs/mail-server.ts'
import type { Run } from './run-log.ts'

/** A job as the ledger has it. Times are milliseconds since the epoch. */
export interface LedgerJob {
  id: string
  state: number
  attempts: number
  finishedAt: number | null
}

/** What became of the jobs that the API has acknowledged. */
export interface Verdict {
  acknowledged: number
  done: number
  dead: number
  /** Without a final state, or not in the ledger at all. */
  lost: string[]
  /** Runs that began after their job had ended. */
  runsAfterEnd: Run[]
  /** Attempts that the jobs have used, although nothing was wrong with them. */
  attemptsUsed: number
}

const done = 10
const dead = 11
export const isFinal = (state: number) => state >= done

/**
 * Compares what was acknowledged with the ledger and with what ran.
 *
 * @param jobs the rows of these ids that the ledger has
 * @param runs all runs that workers have logged
 */
export function judge(
  acknowledged: readonly string[],
  jobs: readonly LedgerJob[],
  runs: readonly Run[],
): Verdict {
  const ids = new Set(acknowledged)
  const own = jobs.filter(({ id }) => ids.has(id))
  const byId = new Map(own.map((job) => [job.id, job]))
  const stateOf = (id: string) => byId.get(id)?.state ?? 0
  return {
    acknowledged: ids.size,
    done: own.filter(({ state }) => state === done).length,
    dead: own.filter(({ state }) => state === dead).length,
    lost: [...ids].filter((id) => !isFinal(stateOf(id))),
    runsAfterEnd: runs.filter(
      ({ jobId, startedAt }) => startedAt > (byId.get(jobId)?.finishedAt ?? Number.POSITIVE_INFINITY),
    ),
    attemptsUsed: own.reduce((sum, { attempts }) => sum + attempts, 0),
  }
}

/**
 * How long mails waited that a kill of their worker has cut off, until another run of their job came to the mail server, in
 * milliseconds. A mail that never came again is missing here; its job counts as lost.
 */
export function recoveryTimes(cutOff: readonly Sighting[], arrivals: readonly Sighting[]): number[] {
  const perRecipient = Map.groupBy(arrivals, ({ recipient }) => recipient)
  return cutOff.flatMap(({ recipient, at }) => {
    const again = perRecipient.get(recipient)?.find((arrival) => arrival.at > at)
    return again === undefined ? [] : [again.at - at]
  })
}

/** How long it took from each time until the first run that started after it, in milliseconds. */
export function firstStarts(times: readonly number[], runs: readonly Run[]): number[] {
  return times.map((time) => {
    const later = runs.map(({ startedAt }) => startedAt).filter((at) => at >= time)
    return later.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY) - time
  })
}

/** What recipients have seen of mails that were enqueued once each. */
export function judgeMails(
  recipients: readonly string[],
  accepted: readonly AcceptedMail[],
): { neverSent: number; withSeveralIds: number; copies: number } {
  const wanted = new Set(recipients)
  const own = accepted.filter(({ recipient }) => wanted.has(recipient))
  const perRecipient = Map.groupBy(own, ({ recipient }) => recipient)
  const idsOf = (mails: readonly AcceptedMail[]) => new Set(mails.map(({ messageId }) => messageId))
  return {
    neverSent: wanted.size - perRecipient.size,
    withSeveralIds: [...perRecipient.values()].filter((mails) => idsOf(mails).size > 1).length,
    copies: own.length - perRecipient.size,
  }
}
