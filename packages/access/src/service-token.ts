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
 * Gives a valid access token.
 * @param refused a token that auth did not take, though its time is not over (its key or client changed): not that
 * @throws when auth refuses or is away
 */
export type ServiceToken = (refused?: string) => Promise<string>

/**
 * A source of access tokens for this service itself (`client_credentials`, RFC 6749, 4.4): fetched when first
 * needed, kept until shortly before they end.
 *
 * @param options.authUrl the auth service from inside
 */
export function createServiceToken(options: {
  authUrl: string
  clientId: string
  clientSecret: string
  clock: () => Date
}): ServiceToken {
  let kept: { value: string; renewAtMs: number } | undefined
  let fetching: Promise<string> | undefined
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
    const renewAtMs = options.clock().getTime() + expires_in * 1000 - renewBeforeMs
    kept = { value: access_token, renewAtMs }
    return access_token
  }

  return async (refused) => {
    if (kept && kept.value !== refused && options.clock().getTime() < kept.renewAtMs) return kept.value
    // Whoever asks meanwhile waits for the same one.
    fetching ??= fetchToken().finally(() => {
      fetching = undefined
    })
    return fetching
  }
}

/** Reads auth's feed of revocations, as `followRevocations` wants it. @throws when auth cannot be asked */
export function remoteRevocations(options: {
  authUrl: string
  token: ServiceToken
}): (after: string | undefined) => Promise<RevocationPage> {
  async function ask(after: string | undefined, token: string): Promise<Response> {
    const url = at(options.authUrl, 'v1/revocations')
    if (after !== undefined) url.searchParams.set('after', after)
    const headers = { authorization: `Bearer ${token}` }
    return fetch(url, { headers, signal: AbortSignal.timeout(fetchTimeoutMs) })
  }

  return async (after) => {
    const token = await options.token()
    let response = await ask(after, token)
    if (response.status === 401) response = await ask(after, await options.token(token))
    if (!response.ok) throw new Error(`auth answered ${response.status} to a question for revocations`)
    return revocationPage.parse(await response.json())
  }
}

/** Below the service's own address, which may have a path (a gateway's). */
function at(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`)
}
