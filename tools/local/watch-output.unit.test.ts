import { expect, test } from 'vitest'
import { createWatchOutput } from './watch-output.ts'

const listening = '{"level":"info","msg":"listening"}'

function watched() {
  const clock = { ms: 0 }
  return { clock, show: createWatchOutput('auth', () => clock.ms) }
}

test('dev: the first start is reported by the summary, not here', () => {
  expect(watched().show(listening)).toBeUndefined()
})

test('dev: a restart is announced, and when the app is up again', () => {
  const { clock, show } = watched()
  expect(show("Restarting 'src/main.ts'")).toBe('auth: a file has changed, restarting')
  clock.ms = 1_230
  expect(show(listening)).toBe('auth: up again after 1.2 s')
  expect(show(listening)).toBeUndefined()
})

test('dev: an app that fails shows its error, and that of this run only', () => {
  const { show } = watched()
  show('of the run before')
  show("Restarting 'src/main.ts'")
  expect(show("SyntaxError: Unexpected token '}'")).toBeUndefined()
  expect(show("Failed running 'src/main.ts'. Waiting for file changes before restarting...")).toBe(
    "auth failed; it restarts when a file changes\nSyntaxError: Unexpected token '}'",
  )
})

test('dev: of a long output the last twenty lines are shown', () => {
  const { show } = watched()
  for (let line = 1; line <= 1_000; line += 1) show(`line ${line}`)
  const shown = show("Failed running 'src/main.ts'. Waiting for file changes before restarting...")
  expect(shown?.split('\n').slice(1)).toEqual(Array.from({ length: 20 }, (_, index) => `line ${981 + index}`))
})
