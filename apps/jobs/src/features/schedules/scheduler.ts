import { createLoop, type Loop } from '@fondasi/outbox'
import { type Db, withTransaction } from '@fondasi/postgres'
import type { Logger } from 'pino'
import type { JobsMetrics } from '../../metrics.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import type { DispatchRow } from '../jobs/repository.ts'
import type { Kinds } from '../kinds/define-job.ts'
import * as repository from './repository.ts'
import { combineSlots, createSlots, type Times } from './slots.ts'

const lookEveryMs = 1_000
const dueAtOnce = 50

interface SchedulerDeps {
  db: Db
  kinds: Kinds
  enqueuer: Enqueuer
  retentionSeconds: number
  log: Logger
  jobsMetrics: JobsMetrics
}

/** Enqueues the jobs of schedules. Every process has a scheduler; a row lock decides which one takes a slot. */
export function createScheduler(deps: SchedulerDeps): Loop & { sweep: () => Promise<number> } {
  const { db, kinds, enqueuer, log } = deps

  /** Takes the slots that are due. @returns how many schedules were due */
  async function sweep(): Promise<number> {
    const names = kinds.all.map(({ name }) => name)
    const due = await repository.listDue(db, names, dueAtOnce)
    for (const schedule of due) {
      try {
        enqueuer.committed(await takeSlot(deps, schedule))
      } catch (error) {
        log.error(
          { err: error, scheduleId: schedule.id },
          'cannot enqueue the job of a schedule; trying again in a second',
        )
      }
    }
    return due.length
  }

  const loop = createLoop({
    step: async () => void (await sweep()),
    // With jitter, so that processes that started together do not look together.
    pauseMs: () => lookEveryMs * (0.75 + Math.random() / 2),
    onError: (error) => log.warn({ err: error }, 'cannot look for due schedules; trying again in a second'),
  })
  return { ...loop, sweep }
}

/**
 * Records the newest slot that is due and inserts its job, in one transaction. A slot gets no job while the previous job is
 * open, if the payload has become invalid, or if there are too many missed slots to combine in one step.
 *
 * @returns the job, to be dispatched
 */
async function takeSlot(deps: SchedulerDeps, schedule: repository.Row): Promise<DispatchRow[]> {
  const { db, enqueuer, retentionSeconds, jobsMetrics } = deps
  const { id, tenant, payload } = schedule
  return withTransaction(db, async (tx) => {
    if (!(await repository.lockDue(tx, schedule))) return []
    const now = await repository.readClock(tx)
    const nextSlot = createSlots(timesOf(schedule))
    const { slot, missedFrom, missedCount, next } = combineSlots(schedule.nextSlot, now, nextSlot)
    const isNewest = next === undefined || next > now
    const kind = kindToRun(deps, schedule)
    const rows =
      isNewest && kind !== undefined && !(await repository.hasOpenJob(tx, id))
        ? await enqueuer.insert(tx, [{ kind, payload, tenant, scheduleId: id }])
        : []
    const jobId = rows[0]?.id ?? null
    const taken = { scheduleId: id, slot, jobId, missedFrom, missedCount }
    await repository.insertSlot(tx, taken, retentionSeconds)
    await repository.moveOn(tx, id, next)
    jobsMetrics.missedSlots.inc(jobId === null ? missedCount + 1 : missedCount)
    return rows
  })
}

/** A payload that was valid when it was written may not match the schema of a newer release. */
function kindToRun({ kinds, log }: SchedulerDeps, { id, kind: name, payload }: repository.Row) {
  const kind = kinds.get(name)
  const prepared = kind?.prepare(payload)
  if (prepared === undefined || 'run' in prepared) return kind
  log.error(
    { scheduleId: id, issues: prepared.issues },
    'the payload of a schedule is no longer valid; its slots get no job until you correct it',
  )
  return undefined
}

/** @throws if the row has neither kind of times, which the table does not allow */
function timesOf({ cron, everySeconds, timeZone }: repository.Row): Times {
  if (cron !== null) return { cron, timeZone }
  if (everySeconds !== null) return { everySeconds }
  throw new Error('a schedule has a cron expression or an interval')
}
