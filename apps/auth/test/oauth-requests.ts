import { v7 as uuidv7 } from 'uuid'
import { beforeEach } from 'vitest'
import { sessions } from '../src/db/schema.ts'
import { createRefreshTokens, hashSecret, newSecret } from '../src/features/sessions/refresh-token.ts'
import type { AuthBackend, AuthInstance } from './auth-service.ts'
import { asAdmin, mintToken } from './mint-token.ts'

export type Form = Record<string, string> | string
type Client = { id: string; secret: string }

/** Makes client ids unique, so that a revocation in one test does not affect the tokens of the next. */
let clientsMade = 0

export const grant = { grant_type: 'client_credentials' }

export const basic = ({ id, secret }: Client) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** What tests of OAuth send. `client()` is a service account that is created for each test. */
export function oauthRequests(backend: AuthBackend, auth: AuthInstance) {
  let client: Client
  beforeEach(async () => {
    client = await createClient('catalog')
  })

  async function createClient(name: string): Promise<Client> {
    const id = `${name}-${(clientsMade += 1)}`
    const response = await auth.app.inject({
      method: 'POST',
      url: '/v1/admin/clients',
      headers: await asAdmin(auth),
      payload: { id, name, scopes: ['events:write', 'policy:read'] },
    })
    return { id, secret: response.json<{ secret: string }>().secret }
  }

  function post(
    endpoint: 'token' | 'introspect' | 'revoke',
    form: Form,
    headers: Record<string, string> = {},
    instance = auth,
  ) {
    return instance.app.inject({
      method: 'POST',
      url: `/v1/oauth/${endpoint}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(form).toString(),
    })
  }

  return {
    client: () => client,
    createClient,
    post,
    async tokenOf(holder = client): Promise<string> {
      return (await post('token', grant, basic(holder))).json<{ access_token: string }>().access_token
    },
    async isAccepted(token: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${token}` }
      return (await auth.app.inject({ url: '/v1/revocations', headers })).statusCode === 200
    },
    async introspect(token: string) {
      return (await post('introspect', { token }, basic(client))).json<Record<string, unknown>>()
    },
    /** A signed-in person's refresh token and an access token of the same session. */
    async signIn() {
      const { id: userId } = await auth.createUser({ email: `${uuidv7()}@example.com` })
      const now = backend.clock()
      const secret = newSecret()
      const session = { id: uuidv7(), userId, generation: 0, clientId: 'web', amr: ['pwd'], authTime: now }
      const idleExpiresAt = new Date(now.getTime() + 3_600_000)
      await backend.database.db.insert(sessions).values({
        ...session,
        currentHash: hashSecret(secret),
        rotatedAt: now,
        transport: 'body',
        idleExpiresAt,
        absoluteExpiresAt: new Date(now.getTime() + 7_200_000),
        ip: '127.0.0.1',
        userAgent: 'test',
        lastSeenAt: now,
        createdAt: now,
      })
      const refreshToken = createRefreshTokens(auth.deps.derivedKeys).encode({
        sessionId: session.id,
        generation: 0,
        secret,
      })
      const claims = { subject: userId, clientId: 'web', roles: [], scope: [], session }
      return { userId, refreshToken, accessToken: await mintToken(auth, claims), idleExpiresAt }
    },
    /** The actions of all events, delivered or not. */
    async actions(): Promise<string[]> {
      const events = await auth.deps.pool.query<{ action: string }>(
        `select e->>'action' as action from (select payload as e from outbox where topic = 'audit.event'
         union select event from security_events) as events`,
      )
      return events.rows.map(({ action }) => action)
    },
  }
}
