import { createHmac } from 'node:crypto'
import { createRateCounter, createRateLimiter, type Service } from '@fondasi/service'
import type { FastifyRequest } from 'fastify'
import type { FeatureDeps } from '../../app.ts'

const hourMs = 60 * 60_000

/**
 * Limits of everything that sends mail to an address that the client names, counted over all such routes.
 *
 * `onRequest` refuses a client address with 429. `mailAllowed` tells whether a mailbox may get one more mail; the
 * answer to the client must not depend on it, or it would tell who else has been asking.
 */
export function createMailLimits(
  app: Service,
  { config, derivedKeys }: Pick<FeatureDeps, 'config' | 'derivedKeys'>,
) {
  const onRequest = createRateLimiter(app, {
    name: 'mail-ip',
    max: config.MAIL_REQUESTS_PER_IP_PER_HOUR,
    windowMs: hourMs,
  })
  const mailboxes = new WeakMap<FastifyRequest, string>()
  const count = createRateCounter(app, {
    name: 'mail-address',
    max: config.MAILS_PER_ADDRESS_PER_HOUR,
    windowMs: hourMs,
    keyOf: (request) => mailboxes.get(request) ?? '',
  })
  return {
    onRequest,
    /** @param email as `normaliseEmail` makes it */
    async mailAllowed(request: FastifyRequest, email: string): Promise<boolean> {
      mailboxes.set(request, createHmac('sha256', derivedKeys.throttle).update(email).digest('base64url'))
      return !(await count(request)).exceeded
    },
  }
}
