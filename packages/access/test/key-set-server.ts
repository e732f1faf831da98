import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

export interface KeySetServer {
  url: string
  fetches: number
  /** What the next fetches get; `never` leaves them without a response. */
  response: 'never' | { status: number; body: string }
  close(): Promise<void>
}

/** Publishes a key set over HTTP, and fails in the ways that a real publisher can. */
export async function startKeySetServer(response: KeySetServer['response']): Promise<KeySetServer> {
  const server = createServer((_request, reply) => {
    keySetServer.fetches += 1
    if (keySetServer.response === 'never') return
    reply.writeHead(keySetServer.response.status).end(keySetServer.response.body)
  })
  const keySetServer: KeySetServer = {
    url: '',
    fetches: 0,
    response,
    async close() {
      if (!server.listening) return
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address')
  keySetServer.url = `http://127.0.0.1:${address.port}/jwks.json`
  return keySetServer
}

/** The public key as auth publishes it. */
export function publicJwk(kid: string, key: KeyObject = newKey()): object {
  return { ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'ES256' }
}

/** A successful response with these keys. */
export function keySet(...keys: object[]): { status: number; body: string } {
  return { status: 200, body: JSON.stringify({ keys }) }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
}
