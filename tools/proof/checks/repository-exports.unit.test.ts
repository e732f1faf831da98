import { expect, test } from 'vitest'
import { appFiles, breaking, type SourceFile, targetOf } from './source-files.ts'

/** Types with which a caller could build SQL, or open a connection of its own. */
const leaking = /\b(SQL|SQLWrapper|Pool|PoolClient|PgColumn|PgSelect\w*|PgTable\w*|QueryBuilder)\b/

const isRepository = ({ path }: SourceFile) => /\/features\/.*repository\.ts$/.test(path)

test('SQL and pools go only from one repository to another', () => {
  const [repositories, others] = [
    appFiles().filter(isRepository),
    appFiles().filter((file) => !isRepository(file)),
  ]
  const leaks = new Map(repositories.map(({ path, text }) => [path, leaksIn(text)]))
  const rule = (file: SourceFile) =>
    importsOf(file)
      .filter(({ path, name }) => leaks.get(path)?.includes(name))
      .map(({ path, name }) => `${name} of ${path}`)
  const advice = 'Take values, and return rows: the query stays in repositories'
  expect(breaking(others, rule), advice).toEqual([])
})

test('an import of a leak is found, by its name or through the whole module', () => {
  const file = { path: 'apps/x/src/features/a/service.ts', imports: [] }
  const text = `import { type B, inSet as set } from '../b/repository.ts'\nimport * as c from './repository.ts'\nc.find(c.all)`
  const names = importsOf({ ...file, text }).map(({ path, name }) => `${path} ${name}`)
  expect(names).toEqual([
    'apps/x/src/features/b/repository.ts B',
    'apps/x/src/features/b/repository.ts inSet',
    'apps/x/src/features/a/repository.ts find',
    'apps/x/src/features/a/repository.ts all',
  ])
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
  expect(exportsIn(`\n${text}\n`).map(isLeaking)).toEqual([isLeak])
})

/** Names of the exports with which an importer could build SQL. */
function leaksIn(text: string): string[] {
  return exportsIn(text)
    .filter(isLeaking)
    .flatMap(
      (declaration) =>
        /^export (?:async )?(?:function|const|type|interface) (\w+)/.exec(declaration)?.[1] ?? [],
    )
}

/** The names that a file uses of other files, with the path of each. */
function importsOf(file: SourceFile): { path: string; name: string }[] {
  const pattern =
    /^import (?:type )?(?:\* as (?<module>\w+)|\{(?<names>[^}]*)\}) from '(?<specifier>[^']+)'/gm
  return [...file.text.matchAll(pattern)].flatMap(({ groups }) => {
    const { module, names = '', specifier = '' } = groups ?? {}
    const path = targetOf(file, specifier)
    if (path === undefined) return []
    const listed = names.split(',').flatMap((name) => /^\s*(?:type )?(\w+)/.exec(name)?.[1] ?? [])
    const used = module === undefined ? [] : [...file.text.matchAll(new RegExp(`\\b${module}\\.(\\w+)`, 'g'))]
    return [...listed, ...used.flatMap(([, name]) => name ?? [])].map((name) => ({ path, name }))
  })
}

/** Each exported declaration, up to the next one at the left margin. */
function exportsIn(text: string): string[] {
  return [...text.matchAll(/^export [\s\S]*?(?=\n\n(?=\S)|\n(?=export )|\s*(?![\s\S]))/gm)].map(
    ([all]) => all,
  )
}

function isLeaking(declaration: string): boolean {
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
