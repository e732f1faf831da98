import type { Answer } from '../http-client.ts'
import { exactly, type Row } from '../report.ts'

export interface HostileAnswer {
  what: string
  answer: Answer
  /** Whether the response is the refusal that the request must get. */
  isRight: boolean
}

/** Counts the responses to hostile requests. A closed connection counts separately: neither as a 5xx nor as wrong. */
export function hostileRows(answers: readonly HostileAnswer[]): Row[] {
  const closed = answers.filter(({ answer }) => answer.status === 'closed')
  const failed = answers.filter(({ answer: { status } }) => status !== 'closed' && status >= 500)
  const wrong = answers.filter(({ answer, isRight }) => answer.status !== 'closed' && !isRight)
  const row = (what: string, some: typeof closed): Row => ({
    name: `hostile tokens and bodies: ${what}`,
    value: some.length,
    from:
      some.length === 0
        ? `${answers.length} requests`
        : some.map(({ what, answer }) => `${what}: ${answer.status}`).join('; '),
  })
  return [
    { ...row('5xx responses', failed), goal: exactly(0) },
    { ...row('other responses than 401 or 4xx with the right code', wrong), goal: exactly(0) },
    row('connections closed without a response', closed),
  ]
}
