import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { z } from 'zod'

/**
 * @param body exactly the bytes that were sent: a signature is over them
 * @returns the id of the event when the signature is right, otherwise undefined
 */
export type Verify = (headers: IncomingHttpHeaders, body: Buffer) => string | undefined

/** Webhooks that are signed as Standard Webhooks says, up to five minutes ago. @param secret begins with `whsec_` */
function standardWebhooks(secret: string): Verify {
  const webhook = new Webhook(secret)
  return (headers, body) => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
    const given = Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')]))
    try {
      webhook.verify(body, given, { jsonParse: false })
      return given['webhook-id']
    } catch (error) {
      if (error instanceof WebhookVerificationError) return undefined
      throw error
    }
  }
}

const notification = z.object({
  order_id: z.string(),
  status_code: z.string(),
  gross_amount: z.string(),
  signature_key: z.string(),
  transaction_id: z.string(),
  transaction_status: z.string(),
})

/**
 * Notifications in the style of Midtrans: the body has a SHA-512 over some of its fields and the server key.
 *
 * The signature does not cover `transaction_status`. A shop must ask the payment provider for the status before it delivers.
 */
function midtransStyle(serverKey: string): Verify {
  return (_headers, body) => {
    const { success, data } = notification.safeParse(parseJson(body))
    if (!success) return undefined
    const signed = data.order_id + data.status_code + data.gross_amount + serverKey
    const expected = createHash('sha512').update(signed).digest()
    const given = Buffer.from(data.signature_key, 'hex')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
    // The provider sends the same notification again until it gets a 2xx, and a new one for each new status.
    return [data.transaction_id, data.status_code, data.transaction_status].join(' ')
  }
}

/** @returns undefined when the bytes are not JSON */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

/** How to verify the webhooks of each source that is configured. */
export function inboxSources(config: {
  INBOX_STANDARD_SECRET?: string | undefined
  INBOX_MIDTRANS_KEY?: string | undefined
}): ReadonlyMap<string, Verify> {
  const { INBOX_STANDARD_SECRET: secret, INBOX_MIDTRANS_KEY: serverKey } = config
  const sources = new Map<string, Verify>()
  if (secret !== undefined) sources.set('standard', standardWebhooks(secret))
  if (serverKey !== undefined) sources.set('midtrans', midtransStyle(serverKey))
  return sources
}
