import { timestamp, uuid } from '@fondasi/service'
import { Cron } from 'croner'
import { z } from 'zod'

const cron = z
  .string()
  .max(200)
  .refine(isCron, { message: 'must be a cron expression of five fields, such as `0 8 * * 1-5`' })
  .meta({ description: 'Minute, hour, day of month, month, day of week', example: '0 8 * * 1-5' })
const everySeconds = z.int().min(10).max(31_536_000).meta({ example: 3_600 })
const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, { message: 'must be an IANA time zone, such as `Asia/Jakarta`' })
  .meta({ example: 'Asia/Jakarta' })

const common = {
  kind: z.string().min(1).max(100).meta({ example: 'report.create' }),
  payload: z
    .json()
    .meta({ description: 'The payload of each job', example: { format: 'csv', source: 'jobs' } }),
  paused: z.boolean().default(false).meta({ example: false }),
}

/** Either times of the wall clock or an interval. */
export const scheduleFields = z.union([
  z.strictObject({ ...common, cron, timeZone: timeZone.default('UTC') }),
  z.strictObject({ ...common, everySeconds }),
])
export type ScheduleFields = z.output<typeof scheduleFields>

export const schedule = z
  .object({
    id: uuid(),
    ...common,
    cron: z.string().nullable().meta({ example: '0 8 * * 1-5' }),
    everySeconds: z.int().nullable().meta({ example: null }),
    timeZone: z.string().meta({ example: 'Asia/Jakarta' }),
    nextSlot: timestamp(),
    createdAt: timestamp(),
  })
  .meta({ id: 'Schedule' })

const slot = z.object({
  slot: timestamp(),
  jobId: uuid().nullable().meta({ description: 'null if the previous job had not ended' }),
  missedFrom: timestamp().nullable().meta({ description: 'The first of the missed slots before this one' }),
  missedCount: z.int().meta({ example: 0 }),
})

export const scheduleWithSlots = schedule
  .extend({ recentSlots: z.array(slot).meta({ description: 'The newest 20, newest first' }) })
  .meta({ id: 'ScheduleWithSlots' })

export const scheduleParams = z.strictObject({ id: uuid() })

/** croner also accepts names such as @daily, but `createSlots` needs the fields to recognise an interval. */
function isCron(text: string): boolean {
  return !text.startsWith('@') && succeeds(() => new Cron(text, { mode: '5-part', timezone: 'UTC' }))
}

function isTimeZone(text: string): boolean {
  return succeeds(() => new Intl.DateTimeFormat('en', { timeZone: text }))
}

function succeeds(make: () => unknown): boolean {
  try {
    make()
    return true
  } catch {
    return false
  }
}
