import { expect, test } from 'vitest'
import type { Answer } from '../http-client.ts'
import { type HostileAnswer, hostileRows } from './hostile-rows.ts'

function answered(what: string, status: Answer['status'], isRight: boolean): HostileAnswer {
  return { what, answer: { status, body: '', cookies: [] }, isRight }
}

test('a 5xx and a wrong code are failures; a connection that the server closed is neither', () => {
  const rows = hostileRows([
    answered('alg none', 401, true),
    answered('a list', 200, false),
    answered('__proto__', 500, false),
    answered('2 MiB', 'closed', false),
  ])
  expect(rows.map(({ value, goal, from }) => ({ value, goal: goal?.text, from }))).toEqual([
    { value: 1, goal: '= 0', from: '__proto__: 500' },
    { value: 2, goal: '= 0', from: 'a list: 200; __proto__: 500' },
    { value: 1, goal: undefined, from: '2 MiB: closed' },
  ])
})
