import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'

const script = readFileSync(new URL('form.js', import.meta.url), 'utf8')

interface Options {
  hash?: string
  /** What the browser kept with the history entry before a reload. */
  state?: object | null
  answer?: () => Promise<Response>
}

/** Runs form.js on `/reset-password` in a fake browser made of a few objects. */
function openPage({ hash = '', state = null, answer = async () => new Response() }: Options = {}) {
  const listeners: Record<string, (event: object) => void> = {}
  const addEventListener = (type: string, listener: (event: object) => void) => {
    listeners[type] = listener
  }
  let focus = (_element: string) => {}
  const page = {
    /** The element that gets the focus when the outcome is known: the last thing that the script does. */
    focused: new Promise<string>((resolve) => {
      focus = resolve
    }),
    address: `/reset-password${hash}`,
    requests: [] as { url: string; body: unknown }[],
    form: {
      hidden: true,
      dataset: { action: 'v1/password/reset', done: 'Saved.', needsToken: '' },
      addEventListener,
    },
    field: { focus: () => focus('field') },
    button: { disabled: false },
    message: { className: '', textContent: '', focus: () => focus('message') },
    history: {
      state,
      replaceState(next: object | null, _title: string, address: string) {
        page.history.state = next
        page.address = address
      },
    },
    /** A browser submits nothing while the form's button is disabled. */
    submit() {
      if (!page.button.disabled) listeners['submit']?.({ preventDefault: () => {} })
    },
    /** A link to the same page, pasted into the address bar: a new history entry, and no new document. */
    paste(pasted: string) {
      location.hash = pasted
      page.address = `/reset-password${pasted}`
      page.history.state = null
      listeners['hashchange']?.({})
    },
  }
  const location = { hash, pathname: '/reset-password' }
  const elements: Record<string, object> = {
    form: page.form,
    input: page.field,
    button: page.button,
    '[role=status]': page.message,
  }
  runInNewContext(script, {
    document: { querySelector: (selector: string) => elements[selector] },
    window: { addEventListener },
    history: page.history,
    location,
    URLSearchParams,
    FormData: class extends Map<string, string> {
      constructor() {
        super([['password', 'a new long password']])
      }
    },
    fetch(url: string, { body }: { body: string }) {
      page.requests.push({ url, body: JSON.parse(body) })
      return answer()
    },
  })
  return page
}

const problem =
  (body: object, headers = {}) =>
  async () =>
    Response.json(body, { status: 400, headers })

describe('the link', () => {
  test('its token leaves the address bar and survives a reload', () => {
    const first = openPage({ hash: '#token=abc' })
    expect(first).toMatchObject({ form: { hidden: false }, address: '/reset-password' })
    const reloaded = openPage({ state: first.history.state })
    reloaded.submit()
    expect(reloaded.requests).toMatchObject([{ body: { token: 'abc' } }])
  })

  test('without it the page asks for it instead of showing a form that can only fail', () => {
    const { form, message } = openPage()
    expect(form.hidden).toBe(true)
    expect(message).toMatchObject({
      className: 'error',
      textContent: expect.stringContaining('Open that link'),
    })
  })

  test('pasted into a tab that asks for it, it shows the form and leaves the address bar', () => {
    const page = openPage()
    page.paste('#token=abc')
    expect(page).toMatchObject({
      form: { hidden: false },
      message: { className: '', textContent: '' },
      address: '/reset-password',
    })
    page.submit()
    expect(page.requests).toMatchObject([{ body: { token: 'abc' } }])
  })
})

describe('sending', () => {
  test('a double click sends once', async () => {
    const page = openPage({ hash: '#token=abc' })
    page.submit()
    page.submit()
    await page.focused
    expect(page.requests).toEqual([
      { url: 'v1/password/reset', body: { token: 'abc', password: 'a new long password' } },
    ])
  })

  test('success replaces the form, and the browser forgets the token', async () => {
    const page = openPage({ hash: '#token=abc' })
    page.submit()
    expect(await page.focused).toBe('message')
    expect(page).toMatchObject({
      form: { hidden: true },
      message: { className: 'done', textContent: 'Saved.' },
      history: { state: null },
    })
  })

  test.each([
    ['a used link', { code: 'invalid_mail_token' }],
    [
      'a truncated link',
      { code: 'validation_failed', errors: [{ pointer: '/body/token', detail: 'must be a token' }] },
    ],
  ])('%s: the page asks for a new one and hides the form, which can only fail again', async (_case, body) => {
    const page = openPage({ hash: '#token=abc', answer: problem(body) })
    page.submit()
    expect(await page.focused).toBe('message')
    expect(page.form.hidden).toBe(true)
    expect(page.message).toMatchObject({
      className: 'error',
      textContent: expect.stringContaining('new link'),
    })
  })

  test.each([
    ['a wrong password', problem({ code: 'invalid_credentials' }), 'not the password that you chose'],
    [
      'a weak password',
      problem({
        code: 'password_rejected',
        errors: [{ pointer: '/body/password', detail: 'is too common' }],
      }),
      'The password is too common.',
    ],
    [
      'too many requests',
      problem({ code: 'rate_limited', title: 'Too many requests' }, { 'retry-after': '61' }),
      'Too many requests. Try again in 2 minutes.',
    ],
    [
      'a busy service',
      problem({ code: 'temporary_capacity', title: 'Too many sign-ins' }, { 'retry-after': '1' }),
      'Too many sign-ins. Try again in 1 second.',
    ],
    ['an error page of a gateway', async () => new Response('<h1>502</h1>', { status: 502 }), 'try again'],
    ['no response', () => Promise.reject(new TypeError('Failed to fetch')), 'Check your connection'],
  ])('after %s the reader learns what to do and can send again', async (_case, answer, expected) => {
    const page = openPage({ hash: '#token=abc', answer })
    page.submit()
    expect(await page.focused).toBe('field')
    expect(page.message).toMatchObject({ className: 'error', textContent: expect.stringContaining(expected) })
    expect(page).toMatchObject({ form: { hidden: false }, button: { disabled: false } })
  })
})
