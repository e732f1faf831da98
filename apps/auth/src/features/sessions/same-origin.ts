import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'

/**
 * Decides whether a request that may carry our cookie comes from our own pages. This is the defence against CSRF, by Fetch
 * Metadata, and by the Origin header for browsers that do not send it.
 *
 * | Sec-Fetch-Site | Origin | |
 * |---|---|---|
 * | same-origin, none | any | allowed |
 * | same-site, cross-site, unknown | in the list | allowed |
 * | absent | the host itself, or in the list | allowed |
 * | absent | absent | allowed: not a browser, so no victim's cookie |
 * | all else | | refused |
 *
 * @param allowed origins that may send credentials, such as `https://app.example`
 */
export function isSameOrigin(
  headers: { site: string | undefined; origin: string | undefined; host: string | undefined },
  allowed: readonly string[],
): boolean {
  const { site, origin, host } = headers
  if (site === 'same-origin' || site === 'none') return true
  if (origin !== undefined && allowed.includes(origin)) return true
  if (site !== undefined) return false
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** The hook before every route that reads or sets the refresh cookie. */
export function requireSameOrigin(config: Config) {
  const allowed = [...config.ALLOWED_ORIGINS, new URL(config.PUBLIC_URL).origin]
  return async (request: FastifyRequest): Promise<void> => {
    const site = request.headers['sec-fetch-site']
    const headers = {
      site: typeof site === 'string' ? site : undefined,
      origin: request.headers.origin,
      host: request.host,
    }
    if (!isSameOrigin(headers, allowed)) throw problem('cross_site_request')
  }
}
