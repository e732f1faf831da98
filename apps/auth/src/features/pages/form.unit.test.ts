import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'

const script = readFileSync(new URL('form.js', import.meta.url), 'utf8')

/** Opens a page that needs a token in a browser of five objects. @returns what the reader and the history then see */
function open(hash: string, state: object | null = null) {
  const status = { textContent: '' }
  const seen = { status, shown: 'the form', history: state, address: '' }
  const form = {
    dataset: { needsToken: '' },
    addEventListener: () => {},
    replaceChildren: () => {
      seen.shown = 'the message'
    },
  }
  const history = {
    state,
    replaceState: (next: object | null, _title: string, address: string) =>
      Object.assign(seen, { history: next, address }),
  }
  const document = { querySelector: (selector: string) => (selector === 'form' ? form : status) }
  const location = { hash, pathname: '/reset-password' }
  runInNewContext(script, { document, history, location, URLSearchParams })
  return seen
}

test('the token leaves the address bar and survives a reload', () => {
  const first = open('#token=abc')
  expect(first).toMatchObject({ shown: 'the form', address: '/reset-password' })
  expect(open('', first.history)).toMatchObject({ shown: 'the form', history: { token: 'abc' } })
})

test('without a token the page says so instead of showing a form that can only fail', () => {
  const { shown, status } = open('')
  expect(shown).toBe('the message')
  expect(status.textContent).toContain('the link from the mail')
})
