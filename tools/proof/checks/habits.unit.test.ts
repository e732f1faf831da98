import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { breaking, isTest, type SourceFile, sourceFiles } from './source-files.ts'

const inSrc = [...sourceFiles('apps'), ...sourceFiles('packages')].filter((file) => !isTest(file))
const matching = (pattern: RegExp) => (file: SourceFile) => file.text.match(pattern) ?? []

test('services and packages write through their log, not to the console', () => {
  // A program that a person runs in a terminal, directly in an app's src, prints.
  const silent = inSrc.filter(({ path }) => !/^apps\/[^/]+\/src\/[^/]+\.ts$/.test(path))
  const advice =
    'Take the log that you are given, or request.log: a line then has its request id and its level'
  expect(breaking(silent, matching(/\bconsole\.\w+/g)), advice).toEqual([])
  const programs = ['app', 'background', 'main'].map((name) => `/src/${name}.ts`)
  const serving = inSrc.filter(({ path }) => programs.some((program) => path.endsWith(program)))
  expect(breaking(serving, matching(/\bconsole\.\w+/g)), advice).toEqual([])
})

test('nothing is left for later', () => {
  const all = ['apps', 'packages', 'tools', 'infra'].flatMap(sourceFiles)
  const others = all.filter(({ path }) => !path.endsWith('/habits.unit.test.ts'))
  const advice = 'Do it, or drop it: nobody comes back to a note in the code'
  expect(breaking(others, matching(/\b(TODO|FIXME|XXX)\b/g)), advice).toEqual([])
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

  // The tests of requests, statuses and hostile input take their routes from openapi.json: what is hidden from it is
  // tested by none of them. Pages for a browser are no part of the API.
  test('are in openapi.json, where the tables of tests find them', () => {
    const routes = sourceFiles(folder).filter((file) => /\/routes\.ts$/.test(file.path) && !isTest(file))
    const api = routes.filter(({ path }) => !path.includes('/features/pages/'))
    const advice = 'Remove hide: true, and add the route to api.http'
    expect(breaking(api, matching(/\bhide:\s*true/g)), advice).toEqual([])
  })
})
