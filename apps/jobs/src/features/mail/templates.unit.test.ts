import { describe, expect, test } from 'vitest'
import { html } from './html.ts'
import { type Content, mailPayload, renderMail } from './templates.ts'

const link = 'https://shop.example/reset?a=1&b=2#token=abc'
function render(payload: object): Content {
  const parsed = mailPayload.parse({ to: 'sari@example.com', ...payload })
  const content = renderMail(parsed, { link }, 'https://jobs.example/u')
  if (content === undefined) throw new Error('the secret has a link')
  return content
}

test('html escapes every value, and only its own results stay markup', () => {
  const hostile = `<script>alert('x' & "y")</script>`
  const escaped = '&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;'
  expect(html`<p>${hostile}</p>`.markup).toBe(`<p>${escaped}</p>`)
  expect(html`<div>${[html`<b>${hostile}</b>`, html`<i>a</i>`]}</div>`.markup).toBe(
    `<div><b>${escaped}</b><i>a</i></div>`,
  )
})

describe.each(['en', 'id'])('in the language %s', (locale) => {
  const templates = [
    { template: 'confirm_address', locale, values: { name: 'Sari <b>' } },
    { template: 'reset_password', locale },
    { template: 'digest', locale, values: { title: 'News', items: [{ title: 'A & <b>', url: link }] } },
  ]
  test.each(templates)(
    'the template $template has its values in the text and, escaped, in the HTML',
    (payload) => {
      const { subject, text, html: markup } = render(payload)
      expect(subject).not.toBe('')
      expect(text).toContain(link)
      expect(markup).toContain(`href="${link.replace('&', '&amp;')}"`)
      expect(markup).toContain(`<html lang="${locale}">`)
      expect(markup).not.toContain('<b>')
    },
  )
})

test('a digest offers to unsubscribe, and mails about the account do not', () => {
  const items = [{ title: 'A', url: link }]
  expect(render({ template: 'digest', values: { title: 'News', items } }).text).toContain(
    'https://jobs.example/u',
  )
  expect(render({ template: 'reset_password' }).text).not.toContain('https://jobs.example/u')
})

test.each([
  ['no secret', undefined],
  ['no link', { other: 'x' }],
  ['a link that runs a script', { link: 'javascript:alert(1)' }],
])('a mail with %s is not rendered', (_what, secret) => {
  const payload = mailPayload.parse({ to: 'a@b.example', template: 'reset_password' })
  expect(renderMail(payload, secret, '')).toBeUndefined()
})

test.each([
  'not an address',
  'a@b.example, c@d.example',
  'a@b.example\r\nBcc: c@d.example',
  'a@b.example>',
  `${'x'.repeat(250)}@b.example`,
])('a mail to %j is refused', (to) => {
  expect(mailPayload.safeParse({ to, template: 'reset_password' }).success).toBe(false)
})
