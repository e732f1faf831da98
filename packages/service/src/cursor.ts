import { createHmac, timingSafeEqual } from 'node:crypto'
import { serviceProblem } from './problem.ts'

export interface Page<Item> {
  items: Item[]
  page: { next: string | null; prev: string | null }
}

/** Where a page starts: the sort key of the row before it (next) or after it (prev). */
export interface Position {
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

/**
 * Turns the rows of a keyset query into a page. The query asks for `limit + 1` rows after the position, in reading
 * order of its direction; the extra row only tells that there is more.
 *
 * @param rows as the database gave them: for a `prev` position in reverse order of the list
 * @param keyOf the sort key of a row, as the query's row comparison takes it
 */
export function pageOf<Row, Item>(options: {
  rows: Row[]
  limit: number
  position: Position | undefined
  keyOf: (row: Row) => string[]
  toItem: (row: Row) => Item
  encode: (position: Position) => string
}): Page<Item> {
  const { rows, limit, position, keyOf, encode } = options
  const more = rows.length > limit
  const shown = rows.slice(0, limit)
  if (position?.direction === 'prev') shown.reverse()
  const first = shown[0]
  const last = shown.at(-1)
  const hasNext = position?.direction === 'prev' ? true : more
  const hasPrev = position?.direction === 'prev' ? more : position !== undefined
  return {
    items: shown.map(options.toItem),
    page: {
      next: hasNext && last ? encode({ direction: 'next', key: keyOf(last) }) : null,
      prev: hasPrev && first ? encode({ direction: 'prev', key: keyOf(first) }) : null,
    },
  }
}
