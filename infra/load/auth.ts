import { type ClientOptions, createCaller, type VirtualClient } from './virtual-client.ts'

type Session = {
  accessToken: string
  refreshToken: string
  /** The outcome of the last refresh is unknown, so this token may already be replaced. */
  inDoubt: boolean
}

const password = process.env.DEMO_PASSWORD ?? 'fondasi-demo-password'
const accounts = ['admin', 'editor', 'viewer'].map((name) => ({ email: `${name}@fondasi.test`, password }))
const run = Date.now().toString(36)

/**
 * One person with an address and a session, who does one thing at a time. An acknowledged refresh must survive any
 * crash: if the service refuses a token that it returned, `lost` is called.
 */
export function createAuthClient({ url, address, number, lost }: ClientOptions): VirtualClient {
  const call = createCaller(url, address)
  // Several accounts: more than ten simultaneous logins to one account look like guessing.
  const account = accounts[number % accounts.length]
  let session: Session | undefined

  const post = (action: string, path: string, body: unknown) =>
    call(action, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  async function login() {
    const { outcome, text } = await post('login', '/v1/login', account)
    if (outcome.status === 200) session = readSession(text)
    return outcome
  }

  async function refresh() {
    if (!session) return login()
    const { refreshToken, inDoubt } = session
    const { outcome, text } = await post('refresh', '/v1/refresh', { refreshToken })
    if (outcome.status === 200) session = readSession(text)
    else if (outcome.status === 401) {
      // After a lost response, the grace may be over: then a refusal is right.
      if (!inDoubt) lost(`a refresh token of ${address} was refused`)
      session = undefined
    } else if (outcome.status !== 429) session.inDoubt = true
    return outcome
  }

  async function me() {
    if (!session) return login()
    const headers = { authorization: `Bearer ${session.accessToken}` }
    return (await call('me', '/v1/me', { headers })).outcome
  }

  const keys = async () => (await call('keys', '/.well-known/jwks.json')).outcome

  // For an account that does not exist, so no real account is throttled.
  const wrongPassword = async (email: string) =>
    (await post('wrong password', '/v1/login', { email, password: 'not the one that was chosen' })).outcome

  const register = async (email: string) =>
    (await post('register', '/v1/register', { email, name: 'Load', password: 'seven grey herons wait' }))
      .outcome

  return {
    /** Out of a hundred requests: mostly reads with a token, some refreshes, few that hash a password. */
    act(index) {
      const part = (index * 37) % 100
      if (part < 60) return me()
      if (part < 85) return refresh()
      if (part < 94) return keys()
      if (part < 97) return login()
      if (part < 98) return wrongPassword(`nobody-${run}-${index}@example.com`)
      return register(`load-${run}-${index}@example.com`)
    },
  }
}

function readSession(text: string): Session {
  // Trusts the service's response: a wrong one fails the next request.
  const { accessToken, refreshToken } = JSON.parse(text) as Record<'accessToken' | 'refreshToken', string>
  return { accessToken, refreshToken, inDoubt: false }
}
