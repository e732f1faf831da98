import { type ClientOptions, createCaller, type VirtualClient } from './virtual-client.ts'

type Session = {
  accessToken: string
  refreshToken: string
  /** The outcome of the last refresh is not known, so this token may have been used up. */
  inDoubt: boolean
}

const password = process.env.DEMO_PASSWORD ?? 'fondasi-demo-password'
const accounts = ['admin', 'editor', 'viewer'].map((name) => ({ email: `${name}@fondasi.test`, password }))
const run = Date.now().toString(36)

/**
 * One person with an address and a session, who does one thing at a time. An acknowledged refresh must be there
 * after any crash: a token that was given and is refused is reported to `lost`.
 */
export function createAuthClient({ url, address, number, lost }: ClientOptions): VirtualClient {
  const call = createCaller(url, address)
  // Several accounts: more than ten people who sign in to one at the same moment look like guessing.
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
      // After a lost answer it may be the grace that is over, which is as it should be.
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

  // Of nobody's account, so that no real one is throttled by it.
  const wrongPassword = async (email: string) =>
    (await post('wrong password', '/v1/login', { email, password: 'not the one that was chosen' })).outcome

  const register = async (email: string) =>
    (await post('register', '/v1/register', { email, name: 'Load', password: 'seven grey herons wait' }))
      .outcome

  return {
    /** Of a hundred requests: mostly reads with a token, some refreshes, few of what costs a password hash. */
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
  // The service's own answer; a wrong one shows in the next request.
  const { accessToken, refreshToken } = JSON.parse(text) as Record<'accessToken' | 'refreshToken', string>
  return { accessToken, refreshToken, inDoubt: false }
}
