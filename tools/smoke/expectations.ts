/** The result of a client of @fondasi/client. */
type Result = { response: Response }

/**
 * @returns the answer
 * @throws when the status differs
 */
export function expectStatus<Answer extends Response | Result>(answer: Answer, status: number): Answer {
  const { status: actual } = 'response' in answer ? answer.response : answer
  expectThat(actual === status, `expected ${status}, not ${actual}`)
  return answer
}

/**
 * @returns the body
 * @throws when the status differs, or the response has no body
 */
export function expectData<Data>(result: Result & { data?: Data }, status: number): Data {
  const { data } = expectStatus(result, status)
  if (data === undefined) throw new Error('expected a body')
  return data
}

/** @throws when the status or the code differs, or the response is not a problem document */
export function expectProblem(
  result: Result & { error?: { code: string } },
  status: number,
  code: string,
): void {
  const { error, response } = expectStatus(result, status)
  expectThat(error?.code === code, `expected the code ${code}`)
  const type = response.headers.get('content-type') ?? ''
  expectThat(type.startsWith('application/problem+json'), `expected a problem document, not ${type}`)
}

/** @throws an error with the message `what` unless the condition holds */
export function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
