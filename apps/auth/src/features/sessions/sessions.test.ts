import { waitFor } from '@fondasi/testing'
import { describe, expect, test } from 'vitest'
import { useTwoAuths } from '../../../test/use-auth.ts'

const { backend, auth, other } = await useTwoAuths()

type Tokens = { accessToken: string; refreshToken: string }

function refresh(refreshToken: string, instance = auth) {
  return instance.app.inject({ method: 'POST', url: '/v1/refresh', payload: { refreshToken } })
}

async function refreshed(refreshToken: string): Promise<Tokens> {
  const response = await refresh(refreshToken)
  expect(response.statusCode).toBe(200)
  return response.json<Tokens>()
}

const me = (accessToken: string, instance = auth) =>
  instance.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${accessToken}` } })

describe('refresh', () => {
  test('50 sessions × 20 parallel refreshes on two instances: one successor each', async () => {
    const { email } = await auth.createUser()
    // Each session refreshes 20 times, below its limit of 60 a minute.
    const sessions = []
    for (let index = 0; index < 50; index += 1) sessions.push(await auth.signIn(email))
    for (const { refreshToken } of sessions) {
      const responses = await Promise.all(
        Array.from({ length: 20 }, (_, index) => refresh(refreshToken, index % 2 === 0 ? auth : other)),
      )
      expect(responses.map((response) => response.statusCode)).toEqual(Array(20).fill(200))
      expect(new Set(responses.map((response) => response.json<Tokens>().refreshToken)).size).toBe(1)
    }
  })

  test('a retry after a lost response gets the same successor and another access token', async () => {
    const { refreshToken } = await auth.signIn((await auth.createUser()).email)
    const first = await refreshed(refreshToken)
    const retry = await refreshed(refreshToken)
    expect(retry.refreshToken).toBe(first.refreshToken)
    expect(retry.accessToken).not.toBe(first.accessToken)
  })

  test('reuse after the grace period ends the session for both holders, with one event', async () => {
    const { id, email } = await auth.createUser()
    const { refreshToken: stolen } = await auth.signIn(email)
    const { refreshToken: current, accessToken } = await refreshed(stolen)
    backend.clock.advance(10_001)
    const responses = await Promise.all(Array.from({ length: 5 }, () => refresh(stolen)))
    for (const response of responses) {
      expect(response.statusCode).toBe(401)
      expect(response.json()).toMatchObject({ code: 'invalid_grant' })
    }
    expect((await refresh(current)).statusCode).toBe(401)
    expect((await me(accessToken)).statusCode).toBe(401)
    const { rows } = await auth.deps.pool.query<{ event: object }>(
      `select payload as event from outbox where payload->>'action' = 'auth.authn_token_reuse'
       union select event from security_events where action = 'auth.authn_token_reuse'`,
    )
    // The user and the address, which the runbook asks for.
    expect(rows).toMatchObject([
      {
        event: {
          actor: { type: 'anonymous', id: 'unknown' },
          targets: [{ type: 'session' }, { type: 'user', id }],
          private: [{ values: { ip: '127.0.0.1' } }],
        },
      },
    ])
  })

  test('the grace period ends when the successor has been used', async () => {
    const { refreshToken: first } = await auth.signIn((await auth.createUser()).email)
    const second = await refreshed(first)
    await refreshed(second.refreshToken)
    expect((await refresh(first)).statusCode).toBe(401)
  })

  test('a session ends when idle for 14 days, and after 30 days in any case', async () => {
    const dayMs = 86_400_000
    const { email } = await auth.createUser()
    const { refreshToken: idle } = await auth.signIn(email)
    let { refreshToken: busy } = await auth.signIn(email)
    for (let day = 0; day < 26; day += 13) {
      backend.clock.advance(13 * dayMs)
      busy = (await refreshed(busy)).refreshToken
    }
    expect((await refresh(idle)).statusCode).toBe(401)
    backend.clock.advance(4 * dayMs)
    expect((await refresh(busy)).statusCode).toBe(401)
  })

  test.each(['', 'rt_', 'x', 'rt_AAAA', `rt_${'A'.repeat(91)}`])(
    'garbage %j is refused without touching the database',
    async (garbage) => {
      const response = await refresh(garbage)
      expect(response.statusCode).toBe(401)
      expect(response.json()).toMatchObject({ code: 'invalid_grant', status: 401 })
    },
  )

  test('a token of one transport is refused by the other', async () => {
    const { email } = await auth.createUser()
    const { refreshToken } = await auth.signIn(email)
    const asCookie = await auth.app.inject({
      method: 'POST',
      url: '/v1/refresh',
      cookies: { rt: refreshToken },
    })
    expect(asCookie.statusCode).toBe(401)
    const { cookies } = await auth.signIn(email, 'cookie')
    const value = /rt=([^;]+)/.exec(cookies)?.[1] ?? ''
    expect((await refresh(value)).statusCode).toBe(401)
    expect(
      (await auth.app.inject({ method: 'POST', url: '/v1/refresh', headers: { cookie: cookies } }))
        .statusCode,
    ).toBe(200)
  })

  test('the limit per session returns 429 with the RateLimit fields', async () => {
    const { refreshToken } = await auth.signIn((await auth.createUser()).email)
    let token = refreshToken
    for (let turn = 0; turn < 60; turn += 1) token = (await refreshed(token)).refreshToken
    const response = await refresh(token)
    expect(response.statusCode).toBe(429)
    expect(response.headers).toMatchObject({
      'ratelimit-policy': '"refresh-session";q=60;w=60',
      'retry-after': expect.any(String),
    })
  })

  test('tokens are never cached', async () => {
    const { refreshToken } = await auth.signIn((await auth.createUser()).email)
    expect((await refresh(refreshToken)).headers['cache-control']).toBe('no-store')
  })
})

describe('ending sessions', () => {
  test('logout: the refresh token and the access token are refused by every instance', async () => {
    const { accessToken, refreshToken } = await auth.signIn((await auth.createUser()).email)
    expect((await me(accessToken, other)).statusCode).toBe(200)
    const response = await auth.app.inject({ method: 'POST', url: '/v1/logout', payload: { refreshToken } })
    expect(response.statusCode).toBe(204)
    await waitFor(async () => (await me(accessToken, other)).statusCode === 401, {
      timeoutMs: 60_000,
      what: 'the other instance to refuse',
    })
    expect((await refresh(refreshToken)).statusCode).toBe(401)
  })

  test('logout with anything else is 204 and ends nothing', async () => {
    const { refreshToken } = await auth.signIn((await auth.createUser()).email)
    for (const payload of [{}, { refreshToken: 'rt_x' }]) {
      expect((await auth.app.inject({ method: 'POST', url: '/v1/logout', payload })).statusCode).toBe(204)
    }
    await refreshed(refreshToken)
  })

  test('the list shows my live devices in pages, newest first, and marks the current one', async () => {
    const { email } = await auth.createUser()
    const stranger = await auth.signIn((await auth.createUser()).email)
    const mine = []
    for (let index = 0; index < 5; index += 1) {
      mine.push(await auth.signIn(email))
      backend.clock.advance(1_000)
    }
    const headers = mine.at(-1)?.headers ?? {}
    type List = {
      items: { id: string; current: boolean }[]
      page: { next: string | null; prev: string | null }
    }
    const list = async (query: string) =>
      (await auth.app.inject({ url: `/v1/sessions?${query}`, headers })).json<List>()
    const first = await list('limit=2')
    const second = await list(`limit=2&cursor=${first.page.next}`)
    const third = await list(`limit=2&cursor=${second.page.next}`)
    const ids = [first, second, third].flatMap((page) => page.items.map((item) => item.id))
    expect(ids).toHaveLength(5)
    expect(ids).toEqual(ids.toSorted().toReversed())
    expect(first.items[0]?.current).toBe(true)
    expect(third.page.next).toBeNull()
    expect((await list(`limit=2&cursor=${second.page.prev}`)).items).toEqual(first.items)

    const linked = await auth.app.inject({ url: '/v1/sessions?limit=2', headers })
    expect(linked.headers['link']).toBe(`<?limit=2&cursor=${first.page.next}>; rel="next"`)

    const foreign = await auth.app.inject({
      url: `/v1/sessions?cursor=${first.page.next}`,
      headers: stranger.headers,
    })
    expect(foreign.json()).toMatchObject({ status: 400, code: 'invalid_cursor' })
  })

  test('I can end one of my sessions; another user’s session is a 404', async () => {
    const { email } = await auth.createUser()
    const here = await auth.signIn(email)
    backend.clock.advance(1_000)
    const there = await auth.signIn(email)
    const stranger = await auth.signIn((await auth.createUser()).email)
    const { items } = (await auth.app.inject({ url: '/v1/sessions', headers: there.headers })).json<{
      items: { id: string }[]
    }>()
    const remove = (id: string | undefined, headers: Record<string, string>) =>
      auth.app.inject({ method: 'DELETE', url: `/v1/sessions/${id}`, headers })
    expect((await remove(items[0]?.id, stranger.headers)).json()).toMatchObject({
      status: 404,
      code: 'session_not_found',
    })
    expect((await remove(items[0]?.id, here.headers)).statusCode).toBe(204)
    expect((await remove(items[0]?.id, here.headers)).statusCode).toBe(404)
    expect((await me(there.accessToken)).statusCode).toBe(401)
    expect((await me(here.accessToken)).statusCode).toBe(200)
  })

  test('sign out everywhere else, then everywhere', async () => {
    const { email } = await auth.createUser()
    const [here, there] = [await auth.signIn(email), await auth.signIn(email)]
    const end = (query: string) =>
      auth.app.inject({ method: 'DELETE', url: `/v1/sessions${query}`, headers: here.headers })
    expect((await end('?keep=current')).statusCode).toBe(204)
    expect((await me(there.accessToken)).statusCode).toBe(401)
    expect((await me(here.accessToken)).statusCode).toBe(200)
    expect((await end('')).statusCode).toBe(204)
    expect((await me(here.accessToken)).statusCode).toBe(401)
  })
})
