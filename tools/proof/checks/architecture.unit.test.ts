import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { type SourceFile, sourceFiles } from './source-files.ts'

const apps = readdirSync(join(root, 'apps'))
const appFiles = sourceFiles('apps')
const packageFiles = sourceFiles('packages')
const files = [...appFiles, ...packageFiles, ...sourceFiles('tools'), ...sourceFiles('infra')]

const isTest = ({ path }: SourceFile) => path.endsWith('.test.ts') || path.includes('/test/')
/** What breaks a rule, as readable lines; empty is good. */
const breaking = (candidates: SourceFile[], rule: (file: SourceFile) => string[]) =>
  candidates.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))
const importing = (pattern: RegExp) => (file: SourceFile) =>
  file.imports.map(({ specifier }) => specifier).filter((specifier) => pattern.test(specifier))

describe('every app has the same shape', () => {
  const required = [
    'package.json',
    'tsconfig.json',
    'README.md',
    'README.id.md',
    'api.http',
    'openapi.json',
    'metrics.json',
    'drizzle.config.ts',
    'migrations',
    '.env.example',
    ...['main', 'provision', 'migrate', 'seed', 'config', 'app', 'errors', 'metrics', 'db/schema'].map(
      (name) => `src/${name}.ts`,
    ),
  ]
  test.each(apps)('%s', (app) => {
    expect(required.filter((path) => !existsSync(join(root, 'apps', app, path)))).toEqual([])
  })
})

describe('layers', () => {
  const layer = (name: string) =>
    appFiles.filter(({ path }) => path.includes('/features/') && path.endsWith(`/${name}.ts`))

  test('a service knows neither HTTP nor SQL', () => {
    expect(
      breaking(layer('service'), importing(/^(fastify|@fastify\/|drizzle-orm|pg$|.*\/schema\.ts$)/)),
    ).toEqual([])
  })

  test('routes ask services, not repositories', () => {
    const rule = (file: SourceFile) =>
      file.imports
        .filter(({ specifier, typeOnly }) => !typeOnly && /(repository\.ts|^drizzle-orm)/.test(specifier))
        .map(({ specifier }) => specifier)
    expect(breaking(layer('routes'), rule)).toEqual([])
  })

  test('SQL stands in repositories', () => {
    const others = appFiles.filter(
      (file) => file.path.includes('/features/') && !file.path.endsWith('/repository.ts') && !isTest(file),
    )
    expect(breaking(others, importing(/^drizzle-orm/))).toEqual([])
  })

  test('only entry points and config see the environment', () => {
    const inside = [...appFiles, ...packageFiles].filter(
      (file) =>
        !isTest(file) &&
        !/^apps\/[^/]+\/src\/[^/]+\.ts$/.test(file.path) &&
        !/^packages\/(testing|embedded)\//.test(file.path),
    )
    expect(breaking(inside, ({ text }) => (text.includes('process.env') ? ['process.env'] : []))).toEqual([])
  })
})

describe('dependencies', () => {
  test('an app never imports another app, a package never imports an app', () => {
    const rule = (file: SourceFile) => {
      const [folder, owner] = file.path.split('/')
      const own = folder === 'apps' ? `@fondasi/${owner}` : ''
      return file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => apps.some((app) => specifier === `@fondasi/${app}` && specifier !== own))
    }
    expect(breaking([...appFiles, ...packageFiles], rule)).toEqual([])
  })

  test('relative imports stay inside their package, name a file that exists, and end in .ts', () => {
    // tsc takes './x.js' for x.ts; Node does not.
    const rule = (file: SourceFile) => {
      const [folder = '', owner = ''] = file.path.split('/')
      const home = folder === 'tools' ? 'tools' : `${folder}/${owner}`
      return file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => {
          const target = posix.join(posix.dirname(file.path), specifier)
          const stays = target.startsWith(`${home}/`)
          return !stays || !/\.(ts|mjs|json)$/.test(specifier) || !existsSync(join(root, target))
        })
    }
    expect(breaking(files, rule)).toEqual([])
  })

  test('there is no import cycle', () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports
          .filter(({ specifier, typeOnly }) => !typeOnly && specifier.startsWith('.'))
          .map(({ specifier }) => posix.join(dirname(file.path), specifier)),
      ]),
    )
    expect(
      [...graph.keys()].map((path) => cycleThrough(graph, path)).filter((cycle) => cycle !== undefined),
    ).toEqual([])
  })

  test.each(['me', 'oauth', 'pages'])('auth’s %s can be deleted: app.ts alone builds on it', (feature) => {
    const home = `apps/auth/src/features/${feature}/`
    const imports = ({ path, imports }: SourceFile) =>
      imports.some(({ specifier }) => posix.join(posix.dirname(path), specifier).startsWith(home))
    const others = appFiles.filter((file) => !file.path.startsWith(home) && imports(file))
    expect(others.map(({ path }) => path)).toEqual(['apps/auth/src/app.ts'])
  })

  test('a package has one public entry, and nothing else is called index.ts', () => {
    const indexes = files.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'))
    expect(indexes.filter((path) => !/^packages\/[^/]+\/src\/index\.ts$/.test(path))).toEqual([])
  })
})

describe('size', () => {
  const lines = ({ text }: SourceFile) => text.split('\n').length - 1

  test('no source file has more than 300 lines', () => {
    const sources = files.filter((file) => !isTest(file))
    expect(breaking(sources, (file) => (lines(file) > 300 ? [`${lines(file)} lines`] : []))).toEqual([])
  })

  // The aim is 3,500 lines. auth and catalog miss it (docs/adr/0016): this keeps them from growing further.
  const mostLinesOfCode: Record<string, number> = { auth: 5_500, catalog: 5_600 }

  test.each(apps)('%s stays small enough to read', (app) => {
    const sources = appFiles.filter((file) => file.path.startsWith(`apps/${app}/src/`) && !isTest(file))
    expect(sources.reduce((sum, file) => sum + linesOfCode(file), 0)).toBeLessThanOrEqual(
      mostLinesOfCode[app] ?? 3_500,
    )
  })
})

/** Lines that are neither blank nor comment. */
function linesOfCode({ text }: SourceFile): number {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
  return withoutComments.split('\n').filter((line) => line.trim() !== '').length
}

function cycleThrough(graph: Map<string, string[]>, start: string): string | undefined {
  const stack = [[start]]
  const seen = new Set<string>()
  for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
    for (const next of graph.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, start].join(' -> ')
      if (seen.has(next)) continue
      seen.add(next)
      stack.push([...path, next])
    }
  }
  return undefined
}
