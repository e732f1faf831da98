import type { Range } from '@fondasi/service'
import type { RankedRange, Scored } from './repository.ts'

/** Deeper pages of a ranking mean nothing to a person and would rank everything for a robot. */
const maxRanked = 1_000

/** A ranked product with its place in the list, from 1. */
export interface Positioned extends Scored {
  place: number
}

/** What a cursor remembers of a row. */
export function positionKey({ coverage, score, id, place }: Positioned): string {
  return [place, coverage, score, id].join(' ')
}

/** Reads a page of a ranking: like any keyset, but counted, so that it ends after a thousand. */
export async function readRanked(
  range: Range,
  read: (ranked: RankedRange) => Promise<Scored[]>,
): Promise<Positioned[]> {
  const edge = parseKey(range.before ?? range.after)
  if (edge && range.before !== undefined) {
    const rows = await read({ limit: range.limit, before: edge })
    return rows.map((row, index) => ({ ...row, place: edge.place - 1 - index }))
  }
  const place = edge?.place ?? 0
  const limit = Math.min(range.limit, maxRanked - place)
  if (limit <= 0) return []
  const rows = await read(edge ? { limit, after: edge } : { limit })
  return rows.map((row, index) => ({ ...row, place: place + 1 + index }))
}

/** The cursor's signature vouches for the shape. */
function parseKey(key: string | undefined): Positioned | undefined {
  if (key === undefined) return undefined
  const [place, coverage, score, id = ''] = key.split(' ')
  return { place: Number(place), coverage: Number(coverage), score: Number(score), id }
}
