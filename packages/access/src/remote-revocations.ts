import { z } from 'zod'
import type { RevocationPage } from './revocation-feed.ts'
import { revocation } from './revocation-list.ts'
import type { ServiceToken } from './service-token.ts'

const revocationPage = z.object({ items: z.array(revocation), next: z.string() })

const fetchTimeoutMs = 3_000

/**
 * The `load` of `followRevocations` for a service that reads auth's feed over HTTP.
 *
 * @param options.authUrl auth's internal address, without a slash at the end
 * @returns a function that rejects when auth cannot be reached or refuses the request
 */
export function remoteRevocations(options: {
  authUrl: string
  token: ServiceToken
}): (after: string | undefined) => Promise<RevocationPage> {
  async function request(after: string | undefined, token: string): Promise<Response> {
    const url = new URL(`${options.authUrl}/v1/revocations`)
    if (after !== undefined) url.searchParams.set('after', after)
    const headers = { authorization: `Bearer ${token}` }
    return fetch(url, { headers, signal: AbortSignal.timeout(fetchTimeoutMs) })
  }

  return async (after) => {
    const token = await options.token()
    let response = await request(after, token)
    if (response.status === 401) response = await request(after, await options.token(token))
    if (!response.ok) throw new Error(`auth responded with ${response.status} to GET /v1/revocations`)
    return revocationPage.parse(await response.json())
  }
}
