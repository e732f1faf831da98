import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { serviceProblem } from './problem.ts'

/** One page of a list. */
export interface Page<Item> {
  items: Item[]
  page: { next: string | null; prev: string | null }
}

/** Where a page starts: the sort key of the row before it (next) or of the row after it (prev). */
interface Position {
  direction: 'next' | 'prev'
  key: string[]
}

export interface CursorCodec {
  /** @param list the list's name and everything that filters or sorts it. The cursor is valid for this list only. */
  encode(list: string, position: Position): string
  /** @throws {Problem} `invalid_cursor` if `encode` did not make the cursor for this list, or if it has expired */
  decode(list: string, cursor: string | undefined): Position | undefined
}

/** 128 bits cannot be guessed, and keep a cursor short enough for an address bar. */
const tagBytes = 16
/** The first byte of a cursor. A release that changes the format of positions changes this version. */
const version = 1
const hourMs = 3_600_000
/**
 * Nobody asks for the next page a day later, and a cursor that never expired would become a public interface. Counted in whole
 * hours, so that within an hour the same page has the same cursors, and thus the same ETag.
 */
const validForHours = 24

/**
 * Makes opaque keyset cursors: base64url of a version byte, an HMAC-SHA256 tag and the JSON of a position. The tag binds
 * the cursor to its list, so a cursor of another list, filter or deployment is refused instead of misread.
 */
export function createCursorCodec(key: Uint8Array, clock: () => Date): CursorCodec {
  const tagOf = (list: string, body: string) =>
    createHmac('sha256', key).update(`${version}\n${list}\n${body}`).digest().subarray(0, tagBytes)
  const currentHour = () => Math.floor(clock().getTime() / hourMs)

  return {
    encode(list, position) {
      const body = JSON.stringify([currentHour() + validForHours, position.direction, ...position.key])
      return Buffer.concat([Buffer.of(version), tagOf(list, body), Buffer.from(body)]).toString('base64url')
    },
    decode(list, cursor) {
      if (cursor === undefined) return undefined
      const bytes = Buffer.from(cursor, 'base64url')
      const tag = bytes.subarray(1, 1 + tagBytes)
      const body = bytes.subarray(1 + tagBytes).toString()
      if (bytes[0] !== version || body === '' || !timingSafeEqual(tag, tagOf(list, body))) {
        throw serviceProblem('invalid_cursor')
      }
      const [lastHour, direction, ...keyParts] = parseStrings(body)
      if (Number(lastHour) < currentHour()) throw serviceProblem('invalid_cursor')
      return { direction: direction === 'prev' ? 'prev' : 'next', key: keyParts }
    },
  }
}

/** The tag proves that we wrote the text, so its shape is known. */
function parseStrings(body: string): string[] {
  const parsed: unknown = JSON.parse(body)
  return Array.isArray(parsed) ? parsed.map(String) : []
}

/** The place of a page in its list: the key of the row before its first row, or after its last row (read backwards). */
export interface Range {
  limit: number
  after?: string
  before?: string
}

interface PageOptions<Row, Item> {
  cursors: CursorCodec
  /** The list's name and everything that filters it. A cursor is valid for this list only. */
  list: string
  query: { limit: number; cursor?: string | undefined }
  /**
   * Reads the rows of a range in the list's order, or in reverse order if the range has `before`. The range has one row
   * more than the page, which shows whether there is another page.
   */
  read: (range: Range) => Promise<Row[]>
  /** The sort key, unique for each row. */
  keyOf: (row: Row) => string
  toItem: (row: Row) => Item
}

/**
 * Reads one page of a list, and sets the `Link` header of the response.
 * @throws {Problem} `invalid_cursor`
 */
export async function readPage<Row, Item>(
  options: PageOptions<Row, Item> & { reply: FastifyReply },
): Promise<Page<Item>> {
  const page = await findPage(options)
  const link = linkHeader(options.reply.request.url, page.page)
  if (link !== '') options.reply.header('link', link)
  return page
}

/**
 * Reads one page of a list that is ordered by a unique key.
 * @throws {Problem} `invalid_cursor`
 */
export async function findPage<Row, Item>(options: PageOptions<Row, Item>): Promise<Page<Item>> {
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
  return { items: shown.map(options.toItem), page }
}

/** The `Link` header (RFC 8288), empty if there is no other page. The links are relative, so they work behind any gateway. */
export function linkHeader(url: string, page: Page<unknown>['page']): string {
  const links = [
    { relation: 'next', cursor: page.next },
    { relation: 'prev', cursor: page.prev },
  ].flatMap(({ relation, cursor }) => {
    if (cursor === null) return []
    const query = new URLSearchParams(url.split('?')[1])
    query.set('cursor', cursor)
    return [`<?${query.toString()}>; rel="${relation}"`]
  })
  return links.join(', ')
}
