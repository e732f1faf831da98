import { listQuery, text, timestamp, uuid } from '@fondasi/service'
import { z } from 'zod'
import { delaySeconds, kindName } from '../jobs/schemas.ts'
import { deadReasons } from '../kinds/outcome.ts'
import { isStorable } from '../run/storable-json.ts'

const reason = z.enum(deadReasons).meta({ example: 'exhausted' })
const status = z.enum(['open', 'redriven', 'discarded']).meta({ example: 'open' })
const fingerprint = text({ max: 64 }).meta({
  description: 'Equal for dead letters that probably have one cause',
  example: '9f86d081884c7d65',
})
const errorClass = z.string().nullable().meta({ example: 'Error' })
const message = z.string().nullable().meta({ example: 'connect ECONNREFUSED 127.0.0.1:25' })

export const deadLetter = z
  .object({
    id: uuid(),
    jobId: uuid(),
    kind: kindName,
    queue: z.string().meta({ example: 'mail' }),
    reason,
    errorClass,
    message,
    fingerprint,
    firstFailedAt: timestamp(),
    diedAt: timestamp(),
    status,
    redrivenJobId: uuid().nullable().meta({ description: 'The job that replaces it' }),
    resolvedBy: z.string().nullable().meta({ description: 'Who redrove or discarded it', example: null }),
    resolvedAt: timestamp().nullable(),
    note: z.string().nullable().meta({ example: null }),
  })
  .meta({ id: 'DeadLetter' })

export const deadLetterDetails = deadLetter
  .extend({
    stack: z
      .string()
      .nullable()
      .meta({ description: 'With the chain of causes', example: 'Error: connect ECONNREFUSED\n    at …' }),
    worker: z.string().meta({ example: 'host:42:a1b2c3d4' }),
    release: z.string().meta({ example: '0.1.0' }),
  })
  .meta({ id: 'DeadLetterDetails' })

export const deadGroup = z
  .object({
    kind: kindName,
    reason,
    fingerprint,
    errorClass,
    message,
    count: z.int().meta({ example: 120 }),
    firstDiedAt: z.string().meta({ example: '2026-11-21T09:30:00.000Z' }),
    lastDiedAt: z.string().meta({ example: '2026-11-21T10:00:00.000Z' }),
  })
  .meta({ id: 'DeadGroup' })

const filter = z.strictObject({ kind: kindName, reason, fingerprint }).partial()
export const deadQuery = listQuery.extend({ ...filter.shape, status: status.optional() })
export const groupQuery = filter
export const deadParams = z.strictObject({ id: uuid() })

export const redriveBody = z
  .strictObject({
    payload: z
      .json()
      .optional()
      .meta({ description: 'Replaces the payload', example: { to: 'budi@example.com' } }),
    delaySeconds: delaySeconds(30),
    forceEffects: z
      .boolean()
      .default(false)
      .meta({ description: 'Repeats what earlier runs have done, such as sending a mail' }),
    force: z
      .boolean()
      .default(false)
      .meta({ description: 'Redrives a job that was already redriven three times' }),
  })
  .meta({ example: { delaySeconds: 0 } })

/** Either these dead letters, or the open ones that match. */
const selection = {
  ids: z.array(uuid()).min(1).max(1_000).optional(),
  filter: filter
    .extend({
      payload: z
        .record(z.string(), z.json())
        .refine(isStorable, { message: 'must not contain NUL characters and halves of surrogate pairs' })
        .optional()
        .meta({ description: 'Values that the payload must contain', example: { to: 'budi@example.com' } }),
    })
    .optional()
    .meta({ description: 'All open dead letters that match; `{}` is all', example: {} }),
}
const hasOne = ({ ids, filter }: { ids?: unknown; filter?: unknown }) =>
  (ids === undefined) !== (filter === undefined)
const oneOf = { path: ['ids'], message: 'send either `ids` or `filter`' }
const max = z.int().min(1).max(1_000).default(1_000).meta({ description: 'The oldest come first' })

export const redriveManyBody = z
  .strictObject({
    ...selection,
    max,
    dryRun: z.boolean().default(false).meta({ description: 'Only counts the matching dead letters' }),
  })
  .refine(hasOne, oneOf)
  .meta({ example: { filter: { kind: 'mail.send' }, max: 100, dryRun: true } })

export const redriveManyResult = z
  .object({
    matching: z
      .int()
      .meta({ description: 'Open dead letters that matched before the redrive', example: 120 }),
    redriven: z.int().meta({ example: 100 }),
    skipped: z
      .array(
        z.object({ id: uuid(), reason: z.enum(['closed', 'too_often', 'unknown_kind', 'invalid_payload']) }),
      )
      .meta({ description: 'These stay open', example: [] }),
  })
  .meta({ id: 'RedriveResult' })

const note = text({ max: 1_000 }).optional().meta({ description: 'Why', example: 'The customer has left' })
export const discardBody = z.strictObject({ note }).meta({ example: { note: 'The customer has left' } })
export const discardManyBody = z
  .strictObject({ ...selection, max, note })
  .refine(hasOne, oneOf)
  .meta({ example: { filter: { fingerprint: '9f86d081884c7d65' }, note: 'Fixed in 1.2' } })
export const discardManyResult = z.object({ discarded: z.int().meta({ example: 40 }) })
