import { expect, test } from 'vitest'
import { testPassword } from '../../../test/auth-service.ts'
import { useAuth } from '../../../test/use-auth.ts'
import { pages } from './page.ts'

const { auth } = await useAuth()

test.each(Object.keys(pages))('%s loads nothing but its own script and stylesheet', async (path) => {
  const response = await auth.app.inject(path)
  expect(response.statusCode).toBe(200)
  expect(response.headers['content-type']).toContain('text/html')
  expect(response.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
  expect(response.body).not.toMatch(/<script(?![^>]*src=)|style=|\son\w+=/)
  const linked = [...response.body.matchAll(/(?:href|src)="(pages\/[^"]+)"/g)].map(([, url]) => url)
  expect(linked).toHaveLength(2)
  for (const url of linked) expect((await auth.app.inject(`/${url}`)).statusCode).toBe(200)
})

test.each(Object.keys(pages))(
  '%s has a labelled field, a message for browsers without JavaScript, and a link to the next page',
  async (path) => {
    const { body } = await auth.app.inject(path)
    const [, field] = /<input id="(\w+)"/.exec(body) ?? []
    expect(body).toContain(`<label for="${field}">`)
    expect(body).toContain('<noscript>')
    const [, next] = /<a href="([^"]+)">/.exec(body) ?? []
    expect((await auth.app.inject(`/${next}`)).headers['content-type']).toContain('text/html')
  },
)

test('links in mails lead to pages, and each page posts to a route that exists', async () => {
  const register = (email: string) =>
    auth.app.inject({
      method: 'POST',
      url: '/v1/register',
      payload: { email, name: 'Siti', password: testPassword },
    })
  await register('siti@example.com')
  const { link = '' } = await auth.mailTo('siti@example.com')
  expect((await auth.app.inject(new URL(link).pathname)).statusCode).toBe(200)
  for (const { action } of Object.values(pages)) {
    const response = await auth.app.inject({ method: 'POST', url: `/${action}`, payload: {} })
    expect(response.json()).toMatchObject({ code: 'validation_failed' })
  }
})
