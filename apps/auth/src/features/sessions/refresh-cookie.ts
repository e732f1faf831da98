import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { cookieValues } from './cookie-values.ts'

/** With the `__Host-` prefix the browser itself enforces Secure, no Domain and Path=/ (RFC 6265bis, 4.1.3.2). */
const nameOf = (config: Config) => (config.COOKIE_SECURE ? '__Host-rt' : 'rt')

const attributesOf = (config: Config) =>
  ({ path: '/', httpOnly: true, sameSite: 'strict', secure: config.COOKIE_SECURE }) as const

/** The only cookie with a credential: scripts cannot read it, other sites cannot send it. */
export function setRefreshCookie(reply: FastifyReply, config: Config, token: string, expires: Date): void {
  reply.setCookie(nameOf(config), token, { ...attributesOf(config), expires })
}

export function clearRefreshCookie(reply: FastifyReply, config: Config): void {
  reply.clearCookie(nameOf(config), attributesOf(config))
}

/** The refresh tokens in the request's cookies: normally one. */
export function readRefreshCookies(request: FastifyRequest, config: Config): string[] {
  return cookieValues(request, nameOf(config))
}
