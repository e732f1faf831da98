/** What one request came to: a status, or `error` when no answer came. */
export type Outcome = { action: string; status: number | 'error'; ms: number }

type Call = { method?: string; headers?: Record<string, string>; body?: string }

type Session = {
  accessToken: string
  refreshToken: string
  /** The outcome of the last refresh is not known, so this token may have been used up. */
  inDoubt: boolean
}

/** Longer than the gateway waits for a replica to come back. */
const answerTimeoutMs = 10_000

/**
 * One person with an address and a session, who does one thing at a time. An acknowledged refresh must be there
 * after any crash: a token that was given and is refused is reported to `lost`.
 */
export function createVirtualClient(options: {
  url: string
  /** The service believes it only from a trusted proxy; from others all clients count as one. */
  address: string
  account: { email: string; password: string }
  lost: (what: string) => void
}) {
  const { url, address, account, lost } = options
  let session: Session | undefined

  async function call(action: string, path: string, init: Call = {}) {
    const startedAt = performance.now()
    const outcome = (status: Outcome['status']): Outcome => ({
      action,
      status,
      ms: performance.now() - startedAt,
    })
    try {
      const response = await fetch(`${url}${path}`, {
        ...init,
        signal: AbortSignal.timeout(answerTimeoutMs),
        headers: { 'x-forwarded-for': address, ...init.headers },
      })
      const text = await response.text()
      return { outcome: outcome(response.status), text }
    } catch {
      return { outcome: outcome('error'), text: '' }
    }
  }

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

  return {
    login,
    refresh,
    me,
    // Of nobody's account, so that no real one is throttled by it.
    wrongPassword: async (email: string) =>
      (await post('wrong password', '/v1/login', { email, password: 'not the one that was chosen' })).outcome,
    keys: async () => (await call('keys', '/.well-known/jwks.json')).outcome,
    register: async (email: string) =>
      (await post('register', '/v1/register', { email, name: 'Load', password: 'seven grey herons wait' }))
        .outcome,
  }
}

export type VirtualClient = ReturnType<typeof createVirtualClient>

function readSession(text: string): Session {
  // The service's own answer; a wrong one shows in the next request.
  const { accessToken, refreshToken } = JSON.parse(text) as Record<'accessToken' | 'refreshToken', string>
  return { accessToken, refreshToken, inDoubt: false }
}
