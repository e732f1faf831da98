import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderEnvExample, renderSettingsTable } from '@fondasi/config'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { type ApiDescription, operationsOf, patternOf } from './api-description.ts'
import type { InjectableApp } from './injectable-app.ts'
import { missingExamples } from './missing-examples.ts'

/**
 * Declares the tests of the documents that are generated from an app's code: they must be what `npm run generate` writes.
 *
 * @param options.folder the app's folder
 * @param options.settings the schema in the app's config.ts
 */
export function testDocuments(options: { folder: string; settings: z.ZodObject; app: InjectableApp }): void {
  const path = (name: string) => join(options.folder, name)
  const read = async (): Promise<ApiDescription> => {
    const { statusCode, body } = await options.app.inject({ method: 'GET', url: '/openapi.json' })
    if (statusCode !== 200) throw new Error(`GET /openapi.json returned ${statusCode}: ${body}`)
    return JSON.parse(body)
  }

  test('openapi.json matches the routes', async () => {
    const written = `${JSON.stringify(await read(), null, 2)}\n`
    await expect(written, byGenerate).toMatchFileSnapshot(path('openapi.json'))
  })

  test('.env.example matches the settings', async () => {
    await expect(renderEnvExample(options.settings), byGenerate).toMatchFileSnapshot(path('.env.example'))
  })

  test('the table of settings in the README matches the settings', async () => {
    const readme = readFileSync(path('README.md'), 'utf8')
    const written = readme.replace(
      /<!-- settings -->[\s\S]*<!-- \/settings -->/,
      () => `<!-- settings -->\n${renderSettingsTable(options.settings)}\n<!-- /settings -->`,
    )
    expect(readme).toContain('<!-- /settings -->')
    await expect(written, byGenerate).toMatchFileSnapshot(path('README.md'))
  })

  describe('the API description', () => {
    test('is OpenAPI 3.1; every operation has an id of its own, a summary, a tag and its errors', async () => {
      const description = await read()
      expect(description.openapi).toBe('3.1.0')
      const operations = operationsOf(description)
      const incomplete = operations.filter(
        ({ operationId, summary, tags, responses }) =>
          !operationId || !summary || !tags?.length || !responses['429'],
      )
      const advice = 'give its schema an operationId, a summary, tags, and 429 among the responses'
      expect(
        incomplete.map(({ name }) => name),
        advice,
      ).toEqual([])
      const ids = operations.map(({ operationId }) => operationId)
      expect(ids).toEqual([...new Set(ids)])
    })

    test('has every method of its paths: another one is 405, and Allow lists the documented ones', async () => {
      const operations = operationsOf(await read())
      for (const path of new Set(operations.map((operation) => operation.path))) {
        const url = path.replaceAll(/\{\w+\}/g, anyId)
        const documented = operations.filter((each) => each.path === path).map(({ method }) => method)
        // GET /jobs/batch is GET /jobs/{id} with a wrong id.
        const taken = operations.filter((each) => patternOf(each.path).test(url)).map(({ method }) => method)
        const method = methods.find((each) => !taken.includes(each)) ?? 'DELETE'
        const { statusCode, headers } = await options.app.inject({ method, url })
        const allowed = String(headers['allow']).split(', ')
        expect([path, statusCode, allowed]).toEqual([path, 405, expect.arrayContaining(documented)])
      }
    })

    test('every operation has a tag whose responses are tested', async () => {
      const tested = testedTags(path('src'))
      const untested = operationsOf(await read()).filter(({ tags }) => !tags?.some((tag) => tested.has(tag)))
      expect(
        untested.map(({ name, tags }) => `${name} (tag: ${tags?.join(', ')})`),
        "a test of each operation's feature must call testResponses(tag, cases), with a case for each documented response",
      ).toEqual([])
    })

    test('every parameter, body and response has an example', async () => {
      expect(
        missingExamples(await read()),
        'add .meta({ example }) to the schema, or to an object or list around it; booleans, enums and defaults need none',
      ).toEqual([])
    })
  })
}

const byGenerate = 'npm run generate writes it; then read the diff'
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const anyId = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

/** The tags for which a test in the folder calls `testResponses`. */
function testedTags(folder: string): Set<string> {
  const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  )
  const calls = tests.flatMap((name) => [
    ...readFileSync(join(folder, name), 'utf8').matchAll(/\btestResponses\(\s*'([^']+)'/g),
  ])
  return new Set(calls.map(([, tag = '']) => tag))
}
