import { randomInt } from 'node:crypto'
import { demoAccounts, demoPassword } from '../../../local/demo-accounts.ts'

/** People who use auth, each from an address of their own. */
export function createVisitors(url: string) {
  // A random start, so that a second run has other addresses.
  let visitors = randomInt(2 ** 22)
  async function post(path: string, body: object): Promise<Response> {
    visitors += 1
    const address = `10.${(visitors >> 16) & 255}.${(visitors >> 8) & 255}.${visitors & 255}`
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    })
  }
  const login = (email: string, password: string) => post('/v1/login', { email, password, transport: 'body' })

  async function refreshTokenOf(answer: Response): Promise<string> {
    const { refreshToken }: { refreshToken: string } = JSON.parse(await answer.text())
    return refreshToken
  }

  return {
    /** Signs in with the wrong password, then with the right one, and refreshes once. */
    async visit(): Promise<void> {
      const email = demoAccounts[visitors % demoAccounts.length]?.email ?? ''
      await (await login(`nobody-${visitors}@example.com`, 'not the right password')).body?.cancel()
      const answer = await login(email, demoPassword)
      if (answer.ok)
        await (await post('/v1/refresh', { refreshToken: await refreshTokenOf(answer) })).body?.cancel()
      else await answer.body?.cancel()
    },

    /** Signs in many times at once, with e-mail addresses that have no account. */
    async crowd(size: number): Promise<void> {
      const answers = Array.from({ length: size }, async () => {
        const answer = await login(`nobody-${visitors}@example.com`, 'not the right password')
        await answer.body?.cancel()
      })
      await Promise.allSettled(answers)
    },

    /** Registers, which sends a mail. */
    async register(): Promise<void> {
      const email = `visitor-${visitors}@example.com`
      const answer = await post('/v1/register', {
        email,
        password: 'a long way to the summit',
        name: 'Visitor',
      })
      if (!answer.ok) throw new Error(`registration returned ${answer.status} ${await answer.text()}`)
      await answer.body?.cancel()
    },

    /** A thief and the owner use the same refresh token, after the owner has used its successor. */
    async stealSession(): Promise<void> {
      const first = await refreshTokenOf(await login(demoAccounts[0]?.email ?? '', demoPassword))
      const second = await refreshTokenOf(await post('/v1/refresh', { refreshToken: first }))
      await (await post('/v1/refresh', { refreshToken: second })).body?.cancel()
      await (await post('/v1/refresh', { refreshToken: first })).body?.cancel()
    },
  }
}
