import { listQuery, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { attemptOutcomes } from '../kinds/outcome.ts'

export const kindName = text({ max: 100 }).meta({ example: 'mail.send' })
export const jobStates = ['pending', 'dispatching', 'queued', 'done', 'dead', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

const examplePayload = {
  to: 'sari@example.com',
  template: 'digest',
  values: { title: 'News', items: [{ title: 'Jobs', url: 'https://shop.example/jobs' }] },
}
/** Any JSON. The schema of its kind validates it. */
const payload = z.json().meta({
  description: 'At most 64 KiB of JSON that matches the schema of the kind',
  example: examplePayload,
})
const priority = z.int().min(0).max(1_000).default(0)
const seconds = (least: number, mostDays: number) =>
  z
    .int()
    .min(least)
    .max(mostDays * 86_400)
export const delaySeconds = (mostDays: number) =>
  seconds(0, mostDays).default(0).meta({ description: 'How long to wait before the first run' })

export const newJob = z
  .strictObject({
    kind: kindName,
    payload,
    priority: priority.meta({ description: '0 and 1 come first; a larger number comes later' }),
    delaySeconds: delaySeconds(365),
    startWithinSeconds: seconds(1, 365).optional().meta({
      description: 'If no run has started this long after the delay, the job is dead (`expired`)',
    }),
    secret: z
      .record(z.string().max(64), text({ max: 4_096 }))
      .refine((values) => Object.keys(values).length <= 20, { message: 'must have at most 20 values' })
      .optional()
      .meta({ description: 'Encrypted, shown by no route, and wiped when the job no longer needs it' }),
  })
  .meta({
    id: 'NewJob',
    example: { kind: 'mail.send', payload: examplePayload },
  })
export type NewJobBody = z.output<typeof newJob>

export const newBatch = z.strictObject({
  jobs: z.array(newJob).min(1).max(1_000).meta({ description: 'All of them are enqueued, or none' }),
})

export const job = z
  .object({
    id: uuid(),
    kind: kindName,
    queue: z.string().meta({ example: 'mail' }),
    state: z.enum(jobStates).meta({
      description:
        '`pending`: waits in the ledger; `dispatching`: on its way to the queue; `queued`: in the queue, also while it runs; the others are final',
      example: 'queued',
    }),
    inQuarantine: z.boolean().meta({ description: 'Whether a worker died while it ran the job' }),
    priority: z.int().meta({ example: 0 }),
    failedAttempts: z.int().meta({ example: 1 }),
    runAt: timestamp().meta({ description: 'When the next run is due' }),
    createdAt: timestamp(),
    finishedAt: timestamp().nullable(),
    result: z
      .json()
      .nullable()
      .meta({ example: { messageId: '<welcome@example.com>' } }),
    rootId: uuid().meta({ description: 'The first job of a chain of redrives' }),
    redrivenFrom: uuid().nullable().meta({ description: 'The dead letter that this job redrives' }),
  })
  .meta({ id: 'Job' })
export type Job = z.output<typeof job>

const run = z.object({
  startedAt: timestamp(),
  endedAt: timestamp(),
  outcome: z.enum(attemptOutcomes),
  errorClass: z.string().nullable(),
  message: z.string().nullable(),
  stack: z.string().nullable(),
  worker: z.string(),
  release: z.string(),
  retryAt: timestamp().nullable(),
})

export const jobDetails = job
  .extend({
    payload,
    activity: z.enum(['waiting', 'active', 'delayed', 'retrying']).nullable().meta({
      description: 'What a queued job does; null if it is not queued, or if Redis cannot be asked',
      example: 'active',
    }),
    progress: z.number().nullable().meta({ description: '0 to 100, as the handler reports it', example: 40 }),
    setAside: z
      .object({ step: z.string(), reason: z.string(), at: timestamp() })
      .nullable()
      .meta({
        description: 'Why the job waits until a person releases it',
        example: {
          step: 'claim',
          reason: 'violates check constraint "job_state"',
          at: '2026-11-21T09:30:00.000Z',
        },
      }),
    runs: z.array(run).meta({
      description: 'The last 100 runs that did not succeed, oldest first',
      example: [
        {
          startedAt: '2026-11-21T09:30:00.000Z',
          endedAt: '2026-11-21T09:30:01.000Z',
          outcome: 'failed',
          errorClass: 'Error',
          message: 'connection refused',
          stack: 'Error: connection refused\n    at send (mail.ts:10:5)',
          worker: 'host:42:a1b2c3d4',
          release: '0.1.0',
          retryAt: '2026-11-21T09:30:03.000Z',
        },
      ],
    }),
  })
  .meta({ id: 'JobDetails' })
export type JobDetails = z.output<typeof jobDetails>

/** What changes while a job is open. */
export type JobProgress = Pick<
  JobDetails,
  'state' | 'activity' | 'progress' | 'failedAttempts' | 'runAt' | 'finishedAt'
>

export const jobParams = z.strictObject({ id: uuid() })

export const jobQuery = listQuery.extend({
  kind: kindName.optional(),
  state: z.enum(jobStates).optional(),
})

export const enqueueHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, { message: 'must be 1 to 255 printable ASCII characters' })
    .optional()
    .meta({
      description:
        'The same key and body return the same resources in their present state, with `Idempotent-Replayed: true`',
      example: '7f2c9a50-welcome-sari',
    }),
})

/** The IETF draft defines the key as a string with quotes, but most clients send it without them. */
export function keyOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/^"(.+)"$/.exec(header)?.[1] ?? header)
}
