import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { renderEnvExample, renderSettingsTable } from '@fondasi/config'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { settings } from '../src/config.ts'
import {
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'

// Documents that are written from the code. `npm run generate` writes them; here they must be what it would write.
const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

let backend: CatalogBackend
let catalog: CatalogInstance
beforeAll(async () => {
  backend = await createCatalogBackend()
  catalog = await startCatalog(backend)
})
afterAll(async () => {
  await catalog?.close()
  await backend?.close()
})

interface Operation {
  summary?: string
  tags?: string[]
  security?: object[]
  requestBody?: { content: Record<string, { schema: object }> }
  responses: Record<string, object>
}

async function document() {
  const response = await catalog.app.inject('/openapi.json')
  return response.json<{
    openapi: string
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, object> }
  }>()
}

test('openapi.json is what the routes say', async () => {
  await expect(`${JSON.stringify(await document(), null, 2)}\n`).toMatchFileSnapshot(path('openapi.json'))
})

test('.env.example is what the settings say', async () => {
  await expect(renderEnvExample(settings)).toMatchFileSnapshot(path('.env.example'))
})

test('the table of settings in the README is what the settings say', async () => {
  const readme = readFileSync(path('README.md'), 'utf8')
  const written = readme.replace(
    /<!-- settings -->[\s\S]*<!-- \/settings -->/,
    () => `<!-- settings -->\n${renderSettingsTable(settings)}\n<!-- /settings -->`,
  )
  expect(readme).toContain('<!-- /settings -->')
  await expect(written).toMatchFileSnapshot(path('README.md'))
})

describe('the API description', () => {
  test('is OpenAPI 3.1; every operation has a summary, a tag and its failures', async () => {
    const { openapi, paths } = await document()
    expect(openapi).toBe('3.1.0')
    const incomplete = Object.entries(paths).flatMap(([url, operations]) =>
      Object.entries(operations)
        .filter(
          ([, operation]) => !operation.summary || !operation.tags?.length || !operation.responses['429'],
        )
        .map(([method]) => `${method} ${url}`),
    )
    expect(incomplete).toEqual([])
  })

  test('every body has an example', async () => {
    const { paths, components } = await document()
    const schemaText = (schema: object): string => {
      const text = JSON.stringify(schema)
      const references = [...text.matchAll(/#\/components\/schemas\/([\w-]+)/g)].map(([, name = '']) => name)
      return text + references.map((name) => JSON.stringify(components.schemas[name] ?? {})).join('')
    }
    const without = Object.entries(paths).flatMap(([url, operations]) =>
      Object.entries(operations)
        .filter(([, { requestBody }]) => requestBody)
        .filter(
          ([, { requestBody }]) =>
            !Object.values(requestBody?.content ?? {}).every(({ schema }) =>
              schemaText(schema).includes('"example'),
            ),
        )
        .map(([method]) => `${method} ${url}`),
    )
    expect(without).toEqual([])
  })
})
