import { fileURLToPath } from 'node:url'
import { fillPlaceholders, type HttpFileAnswer, readHttpFile } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  asRole,
  type CatalogBackend,
  type CatalogInstance,
  createCatalogBackend,
  startCatalog,
} from './catalog-service.ts'

// Runs api.http from top to bottom, as a reader would by clicking, so that it cannot rot.
const file = readHttpFile(fileURLToPath(new URL('../api.http', import.meta.url)))

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

const answers = new Map<string, HttpFileAnswer>()
const tokenOf = (role: 'admin' | 'editor') => async () =>
  (await asRole(backend, role)).authorization.slice('Bearer '.length)
const variables = {
  ...file.variables,
  host: '',
  adminToken: tokenOf('admin'),
  editorToken: tokenOf('editor'),
}
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

test.each(file.requests)('$title', async (request) => {
  const fill = (text: string) => fillPlaceholders(text, variables, answers)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = await fill(value)
  const response = await catalog.app.inject({
    method: methods.find((method) => method === request.method) ?? 'GET',
    url: await fill(request.url),
    headers,
    ...(request.body === undefined ? {} : { payload: await fill(request.body) }),
  })
  if (request.name)
    answers.set(request.name, { status: response.statusCode, headers: response.headers, body: response.body })
  expect(response.statusCode, response.body).toBe(request.expect.status)
  if (request.expect.code) expect(response.json<{ code?: string }>().code).toBe(request.expect.code)
})

test('every route is in the file', async () => {
  const { paths } = (await catalog.app.inject('/openapi.json')).json<{
    paths: Record<string, Record<string, unknown>>
  }>()
  const asked = file.requests.map(
    ({ method, url }) => `${method} ${url.replace('{{host}}', '').split('?', 1)[0]}`,
  )
  const missing = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations)
      .map((method) => `${method.toUpperCase()} ${path}`)
      .filter(
        (operation) =>
          !asked.some((line) => new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(line)),
      ),
  )
  expect(missing).toEqual([])
})
