import { jobState } from '../../db/schema.ts'
import type { JobQueue } from '../queues/queues.ts'
import type { Job as Row } from './repository.ts'
import { type Job, type JobDetails, jobStates } from './schemas.ts'

/** A job as clients see it. */
export function toJob(row: Row): Job {
  return {
    id: row.id,
    kind: row.kind,
    queue: row.queue,
    state: jobStates.find((name) => jobState[name] === row.state) ?? 'pending',
    inQuarantine: row.lane === 'quarantine',
    priority: row.priority,
    failedAttempts: row.attempts,
    runAt: row.runAt,
    createdAt: row.createdAt,
    finishedAt: row.finishedAt,
    result: row.result,
    rootId: row.rootId,
    redrivenFrom: row.redrivenFrom,
  }
}

/** What only BullMQ knows of a job. */
type LiveState = Pick<JobDetails, 'activity' | 'progress'>

const unknown: LiveState = { activity: null, progress: null }

/** Asks BullMQ what a queued job does. Every field is null while Redis is unreachable. */
export async function readLiveState(queue: JobQueue | undefined, row: Row): Promise<LiveState> {
  if (queue === undefined || row.state !== jobState.queued) return unknown
  try {
    const [entry, state] = await Promise.all([queue.getJob(row.id), queue.getJobState(row.id)])
    const progress = typeof entry?.progress === 'number' ? entry.progress : null
    return { activity: activityOf(state, row.attempts), progress }
  } catch {
    return unknown
  }
}

function activityOf(state: string, failedAttempts: number): LiveState['activity'] {
  switch (state) {
    case 'active':
      return 'active'
    case 'delayed':
      return failedAttempts > 0 ? 'retrying' : 'delayed'
    case 'waiting':
    case 'prioritized':
      return 'waiting'
    default:
      return null
  }
}
