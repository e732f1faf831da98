import { type Answer, field } from './http-client.ts'

/** @throws when the status differs, or the code of a problem document */
export function expectStatus(answer: Answer, status: number, code?: string): Answer {
  if (answer.status !== status) throw new Error(`expected ${status}, not ${answer.status}`)
  if (code === undefined) return answer
  expectThat(field(answer, 'code') === code, `expected the code ${code}`)
  const type = answer.headers.get('content-type') ?? ''
  expectThat(type.startsWith('application/problem+json'), `expected a problem document, not ${type}`)
  return answer
}

/** @throws an error with the message `what` unless the condition holds */
export function expectThat(condition: boolean, what: string): void {
  if (!condition) throw new Error(what)
}
