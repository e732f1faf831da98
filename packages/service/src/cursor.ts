import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { serviceProblem } from './problem.ts'

interface Page<Item> {
  items: Item[]
  page: { next: string | null; prev: string | null }
}

/** Where a page starts: the sort key of the row before it (next) or after it (prev). */
interface Position {
  direction: 'next' | 'prev'
  key: string[]
}

export interface CursorCodec {
  /** @param list what the cursor is valid for: the list's name and everything that filters or sorts it */
  encode(list: string, position: Position): string
  /** @throws {Problem} `invalid_cursor` when the text was not made by `encode` for this very list */
  decode(list: string, cursor: string | undefined): Position | undefined
}

/** 128 bits: nobody guesses a tag, and a cursor stays short enough for an address bar. */
const tagBytes = 16

/**
 * Opaque keyset cursors: base64url of an HMAC-SHA256 tag and the JSON of a position. The tag binds the cursor to
 * its list, so a cursor of another list, another filter or another deployment is refused, not misread.
 */
export function createCursorCodec(key: Uint8Array): CursorCodec {
  const tagOf = (list: string, body: string) =>
    createHmac('sha256', key).update(`${list}\n${body}`).digest().subarray(0, tagBytes)

  return {
    encode(list, position) {
      const body = JSON.stringify([position.direction, ...position.key])
      return Buffer.concat([tagOf(list, body), Buffer.from(body)]).toString('base64url')
    },
    decode(list, cursor) {
      if (cursor === undefined) return undefined
      const bytes = Buffer.from(cursor, 'base64url')
      const body = bytes.subarray(tagBytes).toString()
      if (bytes.length <= tagBytes || !timingSafeEqual(bytes.subarray(0, tagBytes), tagOf(list, body))) {
        throw serviceProblem('invalid_cursor')
      }
      const [direction, ...keyParts] = parseStrings(body)
      return { direction: direction === 'prev' ? 'prev' : 'next', key: keyParts }
    },
  }
}

/** The tag vouches that we wrote the text, so a shape other than ours cannot occur. */
function parseStrings(body: string): string[] {
  const parsed: unknown = JSON.parse(body)
  return Array.isArray(parsed) ? parsed.map(String) : []
}

/** Where a page lies in its list: the key of the row before its first, or behind its last (then read backwards). */
export interface Range {
  limit: number
  after?: string
  before?: string
}

/**
 * Reads one page of a list that is ordered by one unique column.
 *
 * @param options.reply gets the Link header (RFC 8288)
 * @param options.list names the list and everything that filters it: a cursor is good for that list only
 * @param options.read the rows of a range, in the list's order, or in reverse order when it has `before`; it is
 * asked for one row more than the page shows, which only tells that there is more
 * @param options.keyOf the column's value in a row
 * @throws {Problem} `invalid_cursor`
 */
export async function readPage<Row, Item>(options: {
  reply: FastifyReply
  cursors: CursorCodec
  list: string
  query: { limit: number; cursor?: string | undefined }
  read: (range: Range) => Promise<Row[]>
  keyOf: (row: Row) => string
  toItem: (row: Row) => Item
}): Promise<Page<Item>> {
  const { cursors, list, keyOf } = options
  const { limit, cursor } = options.query
  const position = cursors.decode(list, cursor)
  const backwards = position?.direction === 'prev'
  const [key] = position?.key ?? []
  const rows = await options.read({
    limit: limit + 1,
    ...(key !== undefined && (backwards ? { before: key } : { after: key })),
  })
  const more = rows.length > limit
  const shown = backwards ? rows.slice(0, limit).toReversed() : rows.slice(0, limit)
  const cursorAt = (direction: Position['direction'], row: Row | undefined) =>
    row === undefined ? null : cursors.encode(list, { direction, key: [keyOf(row)] })
  const page = {
    next: backwards || more ? cursorAt('next', shown.at(-1)) : null,
    prev: position !== undefined && (!backwards || more) ? cursorAt('prev', shown[0]) : null,
  }
  const links = [linkTo('next', page.next, options.reply), linkTo('prev', page.prev, options.reply)]
  if (links.some((link) => link !== ''))
    options.reply.header('link', links.filter((link) => link !== '').join(', '))
  return { items: shown.map(options.toItem), page }
}

/** RFC 8288. Relative to the address asked for, so that it is right behind any gateway. */
function linkTo(relation: Position['direction'], cursor: string | null, reply: FastifyReply): string {
  if (cursor === null) return ''
  const query = new URLSearchParams(reply.request.url.split('?')[1])
  query.set('cursor', cursor)
  return `<?${query.toString()}>; rel="${relation}"`
}
