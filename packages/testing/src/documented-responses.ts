import { describe, expect, test } from 'vitest'
import { type ApiDescription, operationsOf, patternOf } from './api-description.ts'

/** What a case compares of the response to an injected request. */
type InjectedResponse = {
  statusCode: number
  body: string
  raw: { req: { method?: string | undefined; url?: string | undefined } }
}

/** The expected response, such as `GET /v1/me 404 user_not_found`, and the request that gets it. */
export type ResponseCase = [expected: string, send: () => Promise<InjectedResponse>]

// Every operation has the general rate limit (429), and outages cause 503. The tests of the service package and the outage
// tests of the apps cover these.
const coveredElsewhere = new Set(['429', '503'])

/**
 * Declares a test for each case of a tag, and a test that fails if a documented response of the tag has no case.
 *
 * @param check what else must be true after each case
 */
export function testDocumentedResponses(
  description: ApiDescription,
  tag: string,
  cases: ResponseCase[],
  check?: (response: InjectedResponse) => Promise<void>,
): void {
  describe(`every documented response: ${tag}`, () => {
    test.each(cases)('%s', async (expected, send) => {
      const [method, path = '', status, code] = expected.split(' ')
      const response = await send()
      expect(response.statusCode, response.body).toBe(Number(status))
      expect(response.raw.req.method).toBe(method)
      expect(response.raw.req.url?.split('?')[0]).toMatch(patternOf(path))
      if (code !== undefined) expect(codeOf(response.body)).toBe(code)
      await check?.(response)
    })

    test('has a case', () => {
      const proven = new Set(cases.map(([expected]) => expected.split(' ').slice(0, 3).join(' ')))
      const advice = 'add a case for each documented response, or document each response that has one'
      expect([...proven].toSorted(), advice).toEqual(documentedResponses(description, tag))
    })
  })
}

/** The `code` of a problem, or the `error` of an OAuth endpoint. */
function codeOf(body: string): unknown {
  const { code, error } = JSON.parse(body)
  return code ?? error
}

/** The documented responses of a tag, such as `GET /v1/me 404`. */
function documentedResponses(description: ApiDescription, tag: string): string[] {
  return operationsOf(description)
    .filter(({ tags }) => tags.includes(tag))
    .flatMap(({ name, responses }) =>
      Object.keys(responses)
        .filter((status) => !coveredElsewhere.has(status))
        .map((status) => `${name} ${status}`),
    )
    .toSorted()
}
