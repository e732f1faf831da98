import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import {
  appFiles,
  breaking,
  isEntry,
  isTest,
  linesOf,
  packageFiles,
  type SourceFile,
  sourceFiles,
  targetOf,
} from './source-files.ts'

const ofApps = appFiles()
const ofPackages = packageFiles()
const files = [...ofApps, ...ofPackages, ...sourceFiles('tools'), ...sourceFiles('infra')]
const sources = files.filter((file) => !isTest(file))

const inFeatures = ofApps.filter((file) => file.path.includes('/features/') && !isTest(file))
const named = (name: string) => inFeatures.filter(({ path }) => path.endsWith(`/${name}.ts`))
const importing = (pattern: RegExp) => (file: SourceFile) =>
  file.imports.filter((specifier) => pattern.test(specifier))

describe('every app has the same files', () => {
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
  test.each(services)('$name', ({ name, folder }) => {
    const missing = required.filter((path) => !existsSync(join(root, folder, path)))
    expect(missing, `${name} lacks files that every app has; copy them from another app`).toEqual([])
  })
})

describe('layers', () => {
  test('a service knows neither HTTP nor SQL', () => {
    const rule = importing(/^(fastify|@fastify\/|drizzle-orm|pg$|.*\/schema\.ts$)/)
    const advice = 'What mentions request or reply belongs in routes.ts, a query in repository.ts'
    expect(breaking(named('service'), rule), advice).toEqual([])
  })

  test('only repositories build SQL', () => {
    const others = inFeatures.filter(({ path }) => !path.endsWith('/repository.ts'))
    const advice =
      'A query belongs in repository.ts; a route may call it directly if no business rule is needed'
    expect(breaking(others, importing(/^drizzle-orm/)), advice).toEqual([])
  })

  test('only entry points and config see the environment', () => {
    // These two start programs.
    const starting = ['packages/testing/', 'packages/embedded/']
    const inside = [...ofApps, ...ofPackages].filter(
      (file) => !isTest(file) && !isEntry(file) && !starting.some((folder) => file.path.startsWith(folder)),
    )
    const advice = 'A setting belongs in config.ts; main.ts passes it down'
    const rule = ({ text }: SourceFile) => (text.includes('process.env') ? ['process.env'] : [])
    expect(breaking(inside, rule), advice).toEqual([])
  })
})

describe('dependencies', () => {
  test('an app never imports another app, a package never imports an app', () => {
    const rule = (file: SourceFile) => {
      const others = services.filter(({ folder }) => !file.path.startsWith(`${folder}/`))
      return file.imports.filter((specifier) => others.some(({ name }) => specifier === `@fondasi/${name}`))
    }
    const advice = 'Code that two apps need belongs in a package; an app calls another app over HTTP'
    expect(breaking([...ofApps, ...ofPackages], rule), advice).toEqual([])
  })

  test('relative imports stay inside their package, name a file that exists, and end in .ts', () => {
    // tsc takes './x.js' for x.ts; Node does not.
    const rule = (file: SourceFile) => {
      const home = homeOf(file.path)
      return file.imports
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => {
          const target = posix.join(posix.dirname(file.path), specifier)
          const stays = homeOf(target) === home
          return !stays || !/\.(ts|mjs|json)$/.test(specifier) || !existsSync(join(root, target))
        })
    }
    expect(breaking(files, rule), 'Import another package by its name, a file with its .ts').toEqual([])
  })

  const deletable = services.some(({ name }) => name === 'auth') ? ['me', 'oauth', 'pages'] : []
  test.each(deletable)('auth’s %s can be deleted: only app.ts builds on it', (feature) => {
    const home = `apps/auth/src/features/${feature}/`
    const others = ofApps.filter(
      (file) =>
        !file.path.startsWith(home) &&
        file.imports.some((specifier) => targetOf(file, specifier)?.startsWith(home)),
    )
    expect(others.map(({ path }) => path)).toEqual(['apps/auth/src/app.ts'])
  })

  test('a package has one public entry, and nothing else is called index.ts', () => {
    const indexes = files.map(({ path }) => path).filter((path) => path.endsWith('/index.ts'))
    const others = indexes.filter(
      (path) => !path.startsWith('packages/') || path.split('/').slice(2).join('/') !== 'src/index.ts',
    )
    expect(others, 'Import the file that has what you need').toEqual([])
  })
})

describe('size', () => {
  test('no source file has more than 300 lines', () => {
    const rule = (file: SourceFile) => (linesOf(file) > 300 ? [`${linesOf(file)} lines`] : [])
    expect(breaking(sources, rule), 'A long file has two subjects: give the second its own').toEqual([])
  })

  /** What each app's src had, tests excluded, blank lines, comments and SQL included, when it was last measured. */
  const measuredLines: Record<string, number> = { auth: 7_590, catalog: 9_210, jobs: 8_900 }
  /** So that a change of the usual size does not exceed the budget. */
  const headroom = 1.1

  test.each(services)('$name stays small enough to read', ({ name, folder }) => {
    const own = sources.filter(({ path }) => path.startsWith(posix.join(folder, 'src/')))
    const lines = own.reduce((sum, file) => sum + linesOf(file), 0)
    const budget = Math.round((measuredLines[name] ?? 4_000) * headroom)
    const advice = `The src of ${name} has ${lines} lines; its budget is ${budget}. Look for what nothing uses, what a library
does, what two apps need (a package). If the app has grown for a good reason, raise its figure in measuredLines
(tools/proof/checks/architecture.unit.test.ts) and give the reason in the commit.`
    expect(lines, advice).toBeLessThanOrEqual(budget)
  })
})

/** The package that a file belongs to: relative imports stay inside. */
function homeOf(path: string): string {
  const [folder = '', owner = ''] = path.split('/')
  if (folder === 'tools') return folder
  const isMember = path.startsWith('packages/') || folder === 'infra'
  const app = services.find((service) => path.startsWith(`${service.folder}/`))
  return isMember ? `${folder}/${owner}` : (app?.folder ?? '.')
}
