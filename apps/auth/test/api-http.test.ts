import { fileURLToPath } from 'node:url'
import { fillPlaceholders, type HttpFileAnswer, readHttpFile } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type AuthBackend,
  type AuthInstance,
  createAuthBackend,
  startAuth,
  testPassword,
} from './auth-service.ts'

// Runs api.http from top to bottom, as a reader would by clicking, so that it cannot rot.
const file = readHttpFile(fileURLToPath(new URL('../api.http', import.meta.url)))

let backend: AuthBackend
let auth: AuthInstance
beforeAll(async () => {
  backend = await createAuthBackend()
  auth = await startAuth(backend, { MAILS_PER_ADDRESS_PER_HOUR: '10' })
  await auth.createUser({ email: 'admin@fondasi.test', roles: ['admin'] })
})
afterAll(async () => {
  await auth?.close()
  await backend?.close()
})

const answers = new Map<string, HttpFileAnswer>()
const tokenFromMail = (subject: string) => async () => {
  const { link = '' } = await auth.mailTo('siti@example.com', subject)
  return link.slice(link.indexOf('token=') + 'token='.length)
}
const variables = {
  ...file.variables,
  host: '',
  adminPassword: testPassword,
  mailToken: tokenFromMail('Confirm your address'),
  resetToken: tokenFromMail('Choose a new password'),
}

test.each(file.requests)('$title', async (request) => {
  // The clock stands still otherwise, and two clicks are never in one millisecond.
  backend.clock.advance(10)
  const fill = (text: string) => fillPlaceholders(text, variables, answers)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = await fill(value)
  const response = await auth.app.inject({
    method:
      request.method === 'GET' ||
      request.method === 'PUT' ||
      request.method === 'PATCH' ||
      request.method === 'DELETE'
        ? request.method
        : 'POST',
    url: await fill(request.url),
    headers,
    ...(request.body === undefined ? {} : { payload: await fill(request.body) }),
  })
  if (request.name)
    answers.set(request.name, { status: response.statusCode, headers: response.headers, body: response.body })
  expect(response.statusCode, response.body).toBe(request.expect.status)
  if (request.expect.code) {
    const body = response.json<{ code?: string; error?: string }>()
    expect(body.code ?? body.error).toBe(request.expect.code)
  }
})

test('every route is in the file', async () => {
  const { paths } = (await auth.app.inject('/openapi.json')).json<{
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
