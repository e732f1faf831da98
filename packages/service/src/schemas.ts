import { z } from 'zod'

/**
 * A bounded string that PostgreSQL can store and everybody can print: no NUL or other control characters
 * (line breaks and tabs are fine), no lone surrogates.
 */
export function text(bounds: { min?: number; max: number }) {
  return z
    .string()
    .min(bounds.min ?? 0)
    .max(bounds.max)
    .refine(isPrintable, { message: 'contains characters that are not text' })
}

/** The same for what people read: something of it can be seen. Neither spaces can, nor characters without a form. */
export function label(max: number) {
  return text({ min: 1, max }).refine((value) => visible.test(value), { message: 'has nothing to be seen' })
}

// Fillers and the blank of Braille count as letter and sign (Unicode, UAX #44: Default_Ignorable_Code_Point).
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u

function isPrintable(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are just what is looked for
  return value.isWellFormed() && !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/.test(value)
}

/** A UUID as ids are written here: lower-case, with hyphens. */
export function uuid() {
  return z.uuid().toLowerCase().meta({ example: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70' })
}

/** A time: a Date in code, RFC 3339 in UTC in answers. */
export function timestamp() {
  return z
    .codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    })
    .meta({ example: '2026-11-21T09:30:00.000Z' })
}

/** Query of every list: page size and where to go on. */
export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ example: 20 }),
  cursor: z
    .string()
    .max(1024)
    .optional()
    .meta({ description: 'From `page.next` or `page.prev` of an earlier answer' }),
})

/** Answer of every list. */
export function pageOfItems<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    page: z
      .object({ next: z.string().nullable(), prev: z.string().nullable() })
      .meta({ example: { next: 'WyIyMDI2LTExLTIxIl0.k3VwQ0h6', prev: null } }),
  })
}

/** 202 and 204 carry no body. */
export const emptyBody = z.undefined()

const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string(),
    code: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem details; `code` is stable',
    example: {
      type: 'urn:problem:auth:validation_failed',
      title: 'The request does not fit its schema',
      status: 400,
      detail: '1 field is wrong in the body',
      instance: '/v1/register',
      code: 'validation_failed',
      errors: [{ pointer: '/body/email', code: 'invalid_format', detail: 'must be an e-mail address' }],
      requestId: '0b7f6a52-3c1d-4a8e-9a57-2f8f2f9b1c11',
    },
  })

/** The response schemas of a route's failures, for its documentation: `...problemResponses(401, 409)`. */
export function problemResponses<const Status extends number>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    {
      description: problemMeaning[status] ?? 'Problem',
      content: { 'application/problem+json': { schema: problemDocument } },
    },
  ])
  // Object.fromEntries forgets the keys' types.
  return Object.fromEntries(entries) as Record<
    Status,
    { content: { 'application/problem+json': { schema: typeof problemDocument } } }
  >
}

const problemMeaning: Record<number, string> = {
  400: 'The request does not fit its schema, or a value in it is not valid',
  401: 'No valid credentials were sent',
  403: 'The credentials do not allow this',
  404: 'Not there, or not visible to you',
  409: 'In conflict with the present state',
  412: 'Changed since you read it: If-Match names another version',
  413: 'The body is too large',
  415: 'The body has a type, or an encoding, that is not accepted here',
  422: 'Understood, but not possible',
  428: 'If-Match is missing',
  429: 'Too many requests; see Retry-After',
  503: 'Not possible right now; see Retry-After',
}
