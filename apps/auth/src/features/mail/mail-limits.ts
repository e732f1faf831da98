import { createHmac } from 'node:crypto'
import { createRateCounter, createRateLimiter, type Service } from '@fondasi/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { clientNetwork } from '../credentials/client-network.ts'

const hourMs = 60 * 60_000

export interface MailLimitDeps {
  config: Pick<
    Config,
    'MAIL_REQUESTS_PER_IP_PER_HOUR' | 'MAILS_PER_CLIENT_AND_ADDRESS_PER_HOUR' | 'MAILS_PER_ADDRESS_PER_HOUR'
  >
  /** Makes the names of the counters from addresses, so that Redis stores no address. */
  throttleKey: Buffer
}

/**
 * The topic of a message for a mail beyond a limit. It is written like any other message, so that the response time
 * reveals nothing, and its handler drops it.
 */
export const withheldTopic = 'mail.withheld'

/**
 * Limits for every route that sends mail to an address that the client names (ADR 36).
 *
 * A client may send some requests over all such routes; the next one is 429. A client has a few mails to each address, so
 * a stranger cannot use up the owner's. A higher limit for the address protects the mailbox from many clients at once.
 * Call it for a request that can be accepted: a request that is refused sends no mail and must not count.
 *
 * @param purpose each purpose counts on its own, so that registrations by strangers do not use up the links with which
 *   the owner chooses a password
 * @returns a function that counts a request for a mail to an address, as `normaliseEmail` makes it. It returns whether the
 *   mailbox may get one more mail. The response to the client must not depend on that, or it would reveal that somebody
 *   else has been asking. It throws `rate_limited`
 */
export function createMailLimits(
  app: Service,
  { config, throttleKey }: MailLimitDeps,
  purpose: 'registration' | 'link',
) {
  const countRequest = createRateLimiter(app, {
    name: 'mail-ip',
    max: config.MAIL_REQUESTS_PER_IP_PER_HOUR,
    windowMs: hourMs,
  })
  const mailboxes = new WeakMap<FastifyRequest, string>()
  const mailboxOf = (request: FastifyRequest) => mailboxes.get(request) ?? ''
  const countForClient = createRateCounter(app, {
    name: `mail-client-${purpose}`,
    max: config.MAILS_PER_CLIENT_AND_ADDRESS_PER_HOUR,
    windowMs: hourMs,
    keyOf: (request) => `${clientNetwork(request.ip)}:${mailboxOf(request)}`,
  })
  const countForMailbox = createRateCounter(app, {
    name: `mail-address-${purpose}`,
    max: config.MAILS_PER_ADDRESS_PER_HOUR,
    windowMs: hourMs,
    keyOf: mailboxOf,
  })
  return async (request: FastifyRequest, reply: FastifyReply, email: string): Promise<boolean> => {
    await countRequest(request, reply)
    mailboxes.set(request, createHmac('sha256', throttleKey).update(email).digest('base64url'))
    // What the client's own limit withholds does not count for the mailbox.
    if ((await countForClient(request)).exceeded) return false
    return !(await countForMailbox(request)).exceeded
  }
}
