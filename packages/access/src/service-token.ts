import { z } from 'zod'
import type { RevocationPage } from './revocation-feed.ts'

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() })
const expiresAtMs = z.number()
const revocationPage = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('session'), sessionId: z.string(), expiresAtMs }),
      z.object({ kind: z.literal('subject'), subjectId: z.string(), notBeforeMs: z.number(), expiresAtMs }),
    ]),
  ),
  next: z.string(),
})

/** A token is renewed so long before its end that no request meets one that ends on the way. */
const renewBeforeMs = 60_000
const fetchTimeoutMs = 3_000

/**
 * A source of access tokens for this service itself (`client_credentials`, RFC 6749, 4.4): fetched when first
 * needed, kept until shortly before they end.
 *
 * @param options.authUrl the auth service from inside
 * @returns a function that gives a valid token and throws when auth refuses or is away
 */
export function createServiceToken(options: {
  authUrl: string
  clientId: string
  clientSecret: string
  clock: () => Date
}): () => Promise<string> {
  let token: Promise<{ value: string; renewAtMs: number }> | undefined
  const basic = [options.clientId, options.clientSecret].map(encodeURIComponent).join(':')

  async function fetchToken() {
    const response = await fetch(at(options.authUrl, 'v1/oauth/token'), {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(fetchTimeoutMs),
    })
    if (!response.ok) throw new Error(`auth answered ${response.status} to ${options.clientId}`)
    const { access_token, expires_in } = tokenAnswer.parse(await response.json())
    return { value: access_token, renewAtMs: options.clock().getTime() + expires_in * 1000 - renewBeforeMs }
  }

  return async () => {
    token ??= fetchToken()
    try {
      const { value, renewAtMs } = await token
      if (options.clock().getTime() < renewAtMs) return value
      token = fetchToken()
      return (await token).value
    } catch (error) {
      token = undefined
      throw error
    }
  }
}

/** Reads auth's feed of revocations, as `followRevocations` wants it. @throws when auth cannot be asked */
export function remoteRevocations(options: {
  authUrl: string
  token: () => Promise<string>
}): (after: string | undefined) => Promise<RevocationPage> {
  return async (after) => {
    const url = at(options.authUrl, 'v1/revocations')
    if (after !== undefined) url.searchParams.set('after', after)
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${await options.token()}` },
      signal: AbortSignal.timeout(fetchTimeoutMs),
    })
    if (!response.ok) throw new Error(`auth answered ${response.status} to a question for revocations`)
    return revocationPage.parse(await response.json())
  }
}

/** Below the service's own address, which may have a path (a gateway's). */
function at(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`)
}
