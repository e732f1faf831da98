import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** Error codes of RFC 6749, section 5.2, which the other OAuth endpoints share, and their status. */
const statusOf = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  invalid_scope: 400,
} as const

/** An error in the form of RFC 6749, which OAuth clients understand, instead of a problem document. */
export class OAuthError extends Error {
  override name = 'OAuthError'
  readonly code: keyof typeof statusOf

  /** @param description for the developer of the client. ASCII, and must not repeat what was sent */
  constructor(code: keyof typeof statusOf, description: string) {
    super(description)
    this.code = code
  }
}

/**
 * The error handler of the OAuth endpoints. A request that cannot be read (wrong type, a parameter twice) is
 * `invalid_request`. Errors that are not about OAuth (429, 5xx) go to the handler of the service.
 */
export function renderOAuthError(
  error: FastifyError | OAuthError,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const oauth = error instanceof OAuthError ? error : toOAuthError(error)
  if (!oauth) throw error
  request.log.info({ code: oauth.code, detail: oauth.message }, 'OAuth request refused')
  // RFC 9110, section 11.6.1: a 401 must say how to authenticate.
  if (oauth.code === 'invalid_client') reply.header('www-authenticate', 'Basic realm="auth", charset="UTF-8"')
  return reply
    .code(statusOf[oauth.code])
    .type('application/json')
    .send(JSON.stringify({ error: oauth.code, error_description: oauth.message }))
}

const unreadableStatuses = [400, 413, 415]

function toOAuthError(error: FastifyError): OAuthError | undefined {
  if (!unreadableStatuses.includes(error.statusCode ?? 0)) return undefined
  return new OAuthError(
    'invalid_request',
    'Send application/x-www-form-urlencoded with every required parameter once',
  )
}
