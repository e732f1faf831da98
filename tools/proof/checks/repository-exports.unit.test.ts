import { expect, test } from 'vitest'
import { appFiles, breaking, type SourceFile } from './source-files.ts'

/** Types with which a caller could build SQL, or open a connection of its own. */
const leaking = /\b(SQL|SQLWrapper|Pool|PoolClient|PgColumn|PgSelect\w*|PgTable\w*|QueryBuilder)\b/

/** Features of catalog whose repositories build one statement together (ADR 18), so that a part of it is SQL. */
const composing = /^apps\/catalog\/src\/features\/(search|listing|facets|filters)\//

test('what a repository exports mentions neither SQL nor a pool', () => {
  const repositories = appFiles().filter(
    ({ path }) => /\/features\/.*repository\.ts$/.test(path) && !composing.test(path),
  )
  const rule = ({ text }: SourceFile) =>
    exportsIn(text).flatMap((declaration) => {
      const [firstLine = ''] = declaration.split('\n', 1)
      return leaks(declaration) ? [firstLine] : []
    })
  const advice = 'Take values, and return rows: the query stays in this file'
  expect(breaking(repositories, rule), advice).toEqual([])
})

test.each([
  ['a parameter', 'export function f(db: Db, where: SQL): Promise<void> {\n  return g(db)\n}', true],
  ['a result', 'export function f(): SQL {\n  return g()\n}', true],
  ['a result that is inferred', 'export function f() {\n  return sql`true`\n}', true],
  ['a constant', 'export const f = (id: string) => sql`id = ${id}`', true],
  ['a type that is re-exported', "export type { SQL } from 'drizzle-orm'", true],
  [
    'a use inside',
    'export async function f(db: Db) {\n  const where: SQL = g()\n  await db.run(where)\n}',
    false,
  ],
])('a leak is found: %s', (_what, text, isLeak) => {
  expect(exportsIn(`\n${text}\n`).map(leaks)).toEqual([isLeak])
})

/** Each exported declaration, up to the next one at the left margin. */
function exportsIn(text: string): string[] {
  return [...text.matchAll(/^export [\s\S]*?(?=\n\n(?=\S)|\n(?=export )|\s*(?![\s\S]))/gm)].map(
    ([all]) => all,
  )
}

function leaks(declaration: string): boolean {
  const isFunction = /^export (async )?function/.test(declaration)
  const result = isFunction ? /\n {2}return\s+sql(<[^>]*>)?`/ : /(=>|=|return)\s+sql(<[^>]*>)?`/
  return leaking.test(signatureOf(declaration)) || result.test(declaration)
}

/** The text before a function's body; the whole text of any other declaration. */
function signatureOf(declaration: string): string {
  if (!/^export (async )?function/.test(declaration)) return declaration
  const [signature = declaration] = /^[\s\S]*?\)[^\n]*\{(?=\n)/.exec(declaration) ?? []
  return signature
}
