import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import {
  appFiles,
  breaking,
  isEntry,
  isTest,
  packageFiles,
  type SourceFile,
  sourceFiles,
} from './source-files.ts'

const ofApps = appFiles()
const ofPackages = packageFiles()
const matching = (pattern: RegExp) => (file: SourceFile) => file.text.match(pattern) ?? []

test('services and packages write through their log, not to the console', () => {
  // config reports wrong settings before there is a log; testing says which servers a test run has.
  const printing = ['packages/config/', 'packages/testing/']
  const inPackages = ofPackages.filter(({ path }) => !printing.some((folder) => path.startsWith(folder)))
  // Programs that a person runs in a terminal, such as keys.ts, may print. A running service logs.
  const serving = /\/(app|background|main)\.ts$/
  const inApps = ofApps.filter((file) => !isEntry(file) || serving.test(file.path))
  const silent = [...inPackages, ...inApps].filter((file) => !isTest(file))
  const advice =
    'Take the log that you are given, or request.log: a line then has its request id and its level'
  expect(breaking(silent, matching(/\bconsole\.\w+/g)), advice).toEqual([])
})

test('no comment is a note about work to do', () => {
  const all = [...ofApps, ...ofPackages, ...sourceFiles('tools'), ...sourceFiles('infra')]
  const advice = 'Do it, or drop it: nobody comes back to a note in the code'
  expect(breaking(all, matching(/(\/\/|\*).*\b([T]ODO|[F]IXME)\b/g)), advice).toEqual([])
})

describe.each(services)('routes of $name', ({ folder }) => {
  type Operation = { responses: Record<string, object>; security?: object[] }
  const description: { paths: Record<string, Record<string, Operation>> } = JSON.parse(
    readFileSync(join(root, folder, 'openapi.json'), 'utf8'),
  )

  test('below /admin need a permission', () => {
    const operations = Object.entries(description.paths)
      .filter(([path]) => /\/admin(\/|$)/.test(path))
      .flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({
          name: `${method.toUpperCase()} ${path}`,
          operation,
        })),
      )
    const open = operations.filter(
      ({ operation: { responses, security } }) => !security || !responses['401'] || !responses['403'],
    )
    const advice = `Give the route onRequest: access.requirePermission('…'), and 401 and 403 among its responses`
    expect(
      open.map(({ name }) => name),
      advice,
    ).toEqual([])
  })

  // The tests of requests, statuses and hostile input take their routes from openapi.json: none of them
  // tests a hidden route. Pages for a browser are no part of the API.
  test('are in openapi.json, where tests look for them', () => {
    const routes = sourceFiles(join(folder, 'src')).filter(({ path }) => path.endsWith('/routes.ts'))
    const api = routes.filter(({ path }) => !path.includes('/features/pages/'))
    const advice = 'Remove hide: true, and add the route to api.http'
    expect(breaking(api, matching(/\bhide:\s*true/g)), advice).toEqual([])
  })
})
