import { expect, test } from 'vitest'
import { type ApiDescription, operationsOf } from './api-description.ts'
import { fillPlaceholders, type HttpFileAnswer, readHttpFile } from './http-file.ts'
import type { InjectableApp } from './injectable-app.ts'

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Declares a test for each request of an `.http` file, so that the file stays correct. The requests run from top to bottom,
 * as a reader would send them. One more test checks that the file has every route.
 *
 * @param options.variables the values that a reader would fill in. A function is called when its variable is needed
 * @param options.beforeRequest runs before each request
 */
export function testHttpFile(options: {
  path: string
  app: InjectableApp
  variables: Record<string, string | (() => Promise<string>)>
  beforeRequest?: () => void
}): void {
  const { app } = options
  const file = readHttpFile(options.path)
  const answers = new Map<string, HttpFileAnswer>()
  const variables = { ...file.variables, host: '', ...options.variables }
  const fill = (text: string) => fillPlaceholders(text, variables, answers)

  test.each(file.requests)('$title', async (request) => {
    options.beforeRequest?.()
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) headers[name] = await fill(value)
    const {
      statusCode,
      headers: answered,
      body,
    } = await app.inject({
      method: methods.find((method) => method === request.method) ?? 'GET',
      url: await fill(request.url),
      headers,
      ...(request.body === undefined ? {} : { payload: await fill(request.body) }),
    })
    if (request.name) answers.set(request.name, { status: statusCode, headers: answered, body })
    expect(statusCode, body).toBe(request.expect.status)
    if (request.expect.code) {
      // OAuth errors have another shape (RFC 6749).
      const { code, error }: { code?: string; error?: string } = JSON.parse(body)
      expect(code ?? error).toBe(request.expect.code)
    }
  })

  test('every route is in the file', async () => {
    const { body } = await app.inject({ method: 'GET', url: '/openapi.json' })
    const description: ApiDescription = JSON.parse(body)
    const asked = file.requests.map(
      ({ method, url }) => `${method} ${url.replace('{{host}}', '').split('?', 1)[0]}`,
    )
    const missing = operationsOf(description).filter(({ name }) => {
      const pattern = new RegExp(`^${name.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
      return !asked.some((line) => pattern.test(line))
    })
    expect(missing.map(({ name }) => name)).toEqual([])
  })
}
