import { z } from 'zod'

/**
 * A string with a maximum length that PostgreSQL can store and every terminal can print: no control characters (except
 * line breaks and tabs) and no lone surrogates.
 */
export function text(bounds: { min?: number; max: number }) {
  return z
    .string()
    .min(bounds.min ?? 0)
    .max(bounds.max)
    .refine(isPrintable, { message: 'must not contain control characters' })
}

/** A text for people, such as a title: at least one visible character. */
export function label(max: number) {
  return text({ min: 1, max }).refine((value) => visible.test(value), {
    message: 'must contain a visible character',
  })
}

/**
 * The name of a person or a client: a label without invisible characters, which make two different names look equal or
 * reverse the text beside them. Titles may have them: right-to-left text uses direction marks.
 */
export function nameText(max: number) {
  return label(max).refine((value) => !invisible.test(value), {
    message: 'must not contain invisible characters',
  })
}

// Unicode counts Hangul fillers as letters and the blank Braille pattern as a symbol, although they are invisible.
const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u

// Bidirectional controls, zero-width spaces, fillers and tags. Joiners and variation selectors stay allowed: several scripts
// and emoji need them.
const invisible =
  /(?![\u200C\u200D\p{Variation_Selector}])[\p{Bidi_Control}\p{Default_Ignorable_Code_Point}]/u

function isPrintable(value: string): boolean {
  return value.isWellFormed() && !/(?![\t\n\r])\p{Cc}/u.test(value)
}

/** An id: a UUID with hyphens. Clients may send upper case; our code sees lower case, so that equal ids are equal strings. */
export function uuid() {
  return z.uuid().toLowerCase().meta({ example: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70' })
}

/** A time: a Date in code, RFC 3339 in UTC in JSON. */
export function timestamp() {
  return z
    .codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    })
    .meta({ example: '2026-11-21T09:30:00.000Z' })
}

/** A whole number in a query, in digits: neither an empty text nor `1e1` or `0x10`. */
export function queryInteger({ min, max = Number.MAX_SAFE_INTEGER }: { min: number; max?: number }) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`
  const error = `must be a whole number ${range}, in digits`
  return z.preprocess(
    (typed) => (typeof typed === 'string' && /^\d+$/.test(typed) ? Number(typed) : typed),
    z.int({ error }).min(min, { error }).max(max, { error }),
  )
}

/** `true` or `false` in a query. */
export function queryBoolean() {
  return z.stringbool({ truthy: ['true'], falsy: ['false'], error: 'must be true or false' })
}

/** The query of every list: the page size and the cursor. */
export const listQuery = z.strictObject({
  limit: queryInteger({ min: 1, max: 100 }).prefault(20).meta({ example: 20 }),
  cursor: z.string().max(1024).optional().meta({
    description: 'The value of `page.next` or `page.prev` in an earlier response',
    example: 'WyIyMDI2LTExLTIxIl0.k3VwQ0h6',
  }),
})

/** The response of every list. */
export function pageOfItems<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    page: z
      .object({ next: z.string().nullable(), prev: z.string().nullable() })
      .meta({ example: { next: 'WyIyMDI2LTExLTIxIl0.k3VwQ0h6', prev: null } }),
  })
}

/** Responses with 202 and 204 have no body. */
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
    description: 'Problem details (RFC 9457). `code` is stable; `title` and `detail` may change.',
    example: {
      type: 'urn:problem:auth:validation_failed',
      title: 'The request does not match its schema',
      status: 400,
      detail: '1 field is not valid in the body; see `errors`',
      instance: '/v1/register',
      code: 'validation_failed',
      errors: [{ pointer: '/body/email', code: 'invalid_format', detail: 'must be an e-mail address' }],
      requestId: '0b7f6a52-3c1d-4a8e-9a57-2f8f2f9b1c11',
    },
  })

/** The response schemas of a route's errors, for its documentation: `...problemResponses(401, 409)`. */
export function problemResponses<const Status extends number>(...statuses: Status[]) {
  const entries = statuses.map((status) => [
    status,
    {
      description: problemMeaning[status] ?? 'Problem',
      content: { 'application/problem+json': { schema: problemDocument } },
    },
  ])
  // Object.fromEntries loses the types of the keys.
  return Object.fromEntries(entries) as Record<
    Status,
    { content: { 'application/problem+json': { schema: typeof problemDocument } } }
  >
}

const problemMeaning: Record<number, string> = {
  400: 'The request does not match its schema, or a value in it is not valid',
  401: 'The request has no valid credentials',
  403: 'The credentials do not permit this',
  404: 'It does not exist, or you may not see it',
  409: 'The request conflicts with the current state',
  410: 'It existed, but is gone for good',
  412: 'It has changed since you read it: `If-Match` names another version',
  413: 'The body is too large',
  415: 'This route does not accept the type or the encoding of the body',
  422: 'The request is well-formed, but cannot be carried out',
  428: 'Send `If-Match` with the version that you read',
  429: 'Too many requests; wait for `Retry-After` seconds',
  503: 'Temporarily unavailable; wait for `Retry-After` seconds',
}
