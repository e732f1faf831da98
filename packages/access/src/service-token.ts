import { z } from 'zod'

const tokenResponse = z.object({ access_token: z.string(), expires_in: z.number() })

/** Early enough that a token does not expire while a request is on its way. */
const renewBeforeMs = 60_000
const fetchTimeoutMs = 3_000

/**
 * Returns a valid access token.
 *
 * @param refused a token that auth refused before its expiry, because its key or client changed: fetch another one
 * @throws when auth cannot be reached or refuses the client
 */
export type ServiceToken = (refused?: string) => Promise<string>

/**
 * Access tokens for this service itself (`client_credentials`, RFC 6749, section 4.4). A token is fetched when first
 * needed and kept until shortly before it expires.
 *
 * @param options.authUrl auth's internal address, without a slash at the end
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
    const response = await fetch(`${options.authUrl}/v1/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(basic).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(fetchTimeoutMs),
    })
    if (!response.ok) {
      throw new Error(`auth responded with ${response.status} to the client ${options.clientId}`)
    }
    const { access_token, expires_in } = tokenResponse.parse(await response.json())
    const renewAtMs = options.clock().getTime() + expires_in * 1000 - renewBeforeMs
    kept = { value: access_token, renewAtMs }
    return access_token
  }

  return async (refused) => {
    if (kept && kept.value !== refused && options.clock().getTime() < kept.renewAtMs) return kept.value
    // Callers that arrive during a fetch share its token.
    fetching ??= fetchToken().finally(() => {
      fetching = undefined
    })
    return fetching
  }
}
