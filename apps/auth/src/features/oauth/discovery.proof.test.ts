import { once } from 'node:events'
import { createServer } from 'node:net'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type ProcessBackend, startAuthProcess, startProcessBackend } from '../../../test/auth-process.ts'
import { hashClientSecret, newClientSecret } from '../clients/client-secret.ts'

// Two widely used OAuth clients discover the real program and use every endpoint in its metadata.

const client = { client_id: 'reporting' }
const secret = newClientSecret()
const scope = 'events:write'

let backend: ProcessBackend
beforeAll(async () => {
  backend = await startProcessBackend()
  await backend.sql(
    "insert into clients (id, name, secret_hash, scopes, created_at) values ($1, 'Reporting', $2, $3, now())",
    [client.client_id, hashClientSecret(secret), [scope]],
  )
})
afterAll(() => backend?.close())

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

/** Starts auth with an issuer at its own address, as `npm start` does. @returns the issuer */
async function startIssuer(path: string): Promise<URL> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const issuer = `${origin}${path}`
  const auth = await startAuthProcess(backend, {
    PORT: String(port),
    PUBLIC_URL: origin,
    AUTH_ISSUER: issuer,
  })
  onTestFinished(() => auth.kill())
  return new URL(issuer)
}

describe.each([
  ['npm start', ''],
  ['an issuer with a path', '/auth'],
])('%s', (_name, path) => {
  test('openid-client discovers the issuer, gets a token, introspects and revokes it', async () => {
    const config = await openid.discovery(
      await startIssuer(path),
      client.client_id,
      undefined,
      openid.ClientSecretBasic(secret),
      { algorithm: 'oauth2', execute: [openid.allowInsecureRequests] },
    )
    const { access_token: token } = await openid.clientCredentialsGrant(config, { scope })
    expect(await openid.tokenIntrospection(config, token)).toMatchObject({
      active: true,
      iss: config.serverMetadata().issuer,
      client_id: client.client_id,
      scope,
    })
    await openid.tokenRevocation(config, token)
    expect(await openid.tokenIntrospection(config, token)).toEqual({ active: false })
  })

  test('oauth4webapi discovers the issuer, gets a token, introspects and revokes it', async () => {
    const issuer = await startIssuer(path)
    const http = { [oauth.allowInsecureRequests]: true }
    const authentication = oauth.ClientSecretPost(secret)
    const discovered = await oauth.discoveryRequest(issuer, { ...http, algorithm: 'oauth2' })
    const server = await oauth.processDiscoveryResponse(issuer, discovered)

    const parameters = new URLSearchParams({ scope })
    const granted = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      authentication,
      parameters,
      http,
    )
    const { access_token: token } = await oauth.processClientCredentialsResponse(server, client, granted)

    const introspect = async () => {
      const response = await oauth.introspectionRequest(server, client, authentication, token, http)
      return oauth.processIntrospectionResponse(server, client, response)
    }
    expect(await introspect()).toMatchObject({ active: true, iss: server.issuer, scope })
    const revoked = await oauth.revocationRequest(server, client, authentication, token, http)
    await oauth.processRevocationResponse(revoked)
    expect(await introspect()).toEqual({ active: false })
  })
})
