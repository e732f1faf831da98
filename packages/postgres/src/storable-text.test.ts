import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, expect, inject, test } from 'vitest'
import { createDb, createPool, storableText } from './index.ts'

const { postgresAdminUrl } = inject('testRun')
const pool = createPool({ url: postgresAdminUrl, applicationName: 'test', log: pino({ level: 'silent' }) })
const db = createDb(pool)
afterAll(() => pool.end())

/** What comes back from a `text` column and from a `jsonb` column. */
async function stored(text: string): Promise<unknown[]> {
  const { rows } = await db.execute<{ plain: string; json: { text: string } }>(
    sql`select ${text}::text as plain, ${JSON.stringify({ text })}::jsonb as json`,
  )
  return rows.map(({ plain, json }) => [plain, json.text])
}

test.each([
  ['NUL', 'a\u0000b\u0000', 'a\uFFFDb\uFFFD'],
  ['the first half of a pair', 'a\uD83Db', 'a\uFFFDb'],
  ['the second half of a pair', '\uDE00b', '\uFFFDb'],
  ['a pair that the cut divides', `${'x'.repeat(19)}😀`, `${'x'.repeat(19)}\uFFFD`],
  ['a text that is too long', 'y'.repeat(1_000_000), 'y'.repeat(20)],
  ['line breaks, tabs and a whole pair', 'a\n\tb 😀', 'a\n\tb 😀'],
  ['nothing', '', ''],
])('storable text: %s', async (_, text, expected) => {
  expect(storableText(text, 20)).toBe(expected)
  expect(await stored(storableText(text, 20))).toEqual([[expected, expected]])
})
