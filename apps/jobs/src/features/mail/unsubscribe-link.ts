import type { Sealer } from '@fondasi/outbox'
import { z } from 'zod'

const subscription = z.object({ tenant: z.string(), address: z.string(), locale: z.enum(['en', 'id']) })
/** The address to unsubscribe, and the language of its mails. */
export type Subscription = z.output<typeof subscription>

/** Separates these tokens from other sealed values. */
const context = 'unsubscribe'

export type UnsubscribeLinks = ReturnType<typeof createUnsubscribeLinks>

/** Links that need no login and never expire. The token is encrypted and authenticated, so no log shows an address. */
export function createUnsubscribeLinks({ sealer, publicUrl }: { sealer: Sealer; publicUrl: string }) {
  return {
    linkFor: (reader: Subscription): string =>
      `${publicUrl}/v1/unsubscribe/${sealer.seal(reader, context).toString('base64url')}`,
    /** @returns undefined when the token is not one of ours */
    read(token: string): Subscription | undefined {
      try {
        return subscription.parse(sealer.open(Buffer.from(token, 'base64url'), context))
      } catch {
        return undefined
      }
    },
  }
}
