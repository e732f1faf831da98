import { createHmac } from 'node:crypto'
import { createRateCounter, createRateLimiter, type Service } from '@fondasi/service'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'

const hourMs = 60 * 60_000

export interface MailLimitDeps {
  config: Pick<Config, 'MAIL_REQUESTS_PER_IP_PER_HOUR' | 'MAILS_PER_ADDRESS_PER_HOUR'>
  /** Makes the names of the counters from addresses, so that Redis stores no address. */
  throttleKey: Buffer
}

/**
 * The topic of a message that asks for a mail beyond the share of its address. It is written like any other, so that
 * the time of the answer tells nothing, and dropped where the mail would be sent.
 */
export const withheldTopic = 'mail.withheld'

/**
 * Limits of everything that sends mail to an address that the client names.
 *
 * `onRequest` refuses a client address with 429, counted over all such routes. `mailAllowed` tells whether a mailbox
 * may get one more mail; the answer to the client must not depend on it, or it would tell who else has been asking.
 *
 * @param purpose each has a share of its own: signing up with somebody's address must not use up the resets of it
 */
export function createMailLimits(
  app: Service,
  { config, throttleKey }: MailLimitDeps,
  purpose: 'registration' | 'password-reset',
) {
  const onRequest = createRateLimiter(app, {
    name: 'mail-ip',
    max: config.MAIL_REQUESTS_PER_IP_PER_HOUR,
    windowMs: hourMs,
  })
  const mailboxes = new WeakMap<FastifyRequest, string>()
  const count = createRateCounter(app, {
    name: `mail-address-${purpose}`,
    max: config.MAILS_PER_ADDRESS_PER_HOUR,
    windowMs: hourMs,
    keyOf: (request) => mailboxes.get(request) ?? '',
  })
  return {
    onRequest,
    /** @param email as `normaliseEmail` makes it */
    async mailAllowed(request: FastifyRequest, email: string): Promise<boolean> {
      mailboxes.set(request, createHmac('sha256', throttleKey).update(email).digest('base64url'))
      return !(await count(request)).exceeded
    },
  }
}
