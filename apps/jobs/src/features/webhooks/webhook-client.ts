import { Agent, request } from 'undici'
import { BlockedTargetError, lookupPublic, type TargetRules } from './target-guard.ts'

export interface WebhookResponse {
  status: number
  /** What `Retry-After` asks for; undefined when it is missing, or not a number of seconds or a date. */
  retryAfterMs: number | undefined
  /** The start of the body. */
  body: string
}

export type WebhookClient = ReturnType<typeof createWebhookClient>

/** Receivers should accept a webhook at once and work afterwards. */
const timeoutMs = 15_000
/** Enough to see what went wrong; a receiver may send megabytes. */
const keptBytes = 8 * 1_024

/** Sends webhooks and follows no redirects. It checks the address of each connection, except to targets that are allowed by a setting. */
export function createWebhookClient({ isAllowed, refusal }: TargetRules) {
  const guarded = new Agent({ connect: { lookup: lookupPublic } })
  const unguarded = new Agent()

  return {
    /** @throws {BlockedTargetError}, or an error of the network or of the signal */
    async post(message: {
      url: string
      headers: Record<string, string>
      body: string
      signal: AbortSignal
    }): Promise<WebhookResponse> {
      const { url, headers, body, signal } = message
      const reason = refusal(url)
      if (reason !== undefined) throw new BlockedTargetError(`the target ${reason}`)
      const response = await request(url, {
        dispatcher: isAllowed(new URL(url)) ? unguarded : guarded,
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      })
      const retryAfterMs = readRetryAfter(response.headers['retry-after'], Date.now())
      return { status: response.statusCode, retryAfterMs, body: await readStart(response.body) }
    },
    async close(): Promise<void> {
      await Promise.all([guarded.destroy(), unguarded.destroy()])
    },
  }
}

/** Reads the start of a body. It ignores errors, because the status has already arrived. */
async function readStart(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= keptBytes) break
    }
  } catch {
    // What has arrived is enough.
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString()
}

/** @param header seconds, or a date (RFC 9110, section 10.2.3) */
export function readRetryAfter(header: string | string[] | undefined, nowMs: number): number | undefined {
  if (typeof header !== 'string') return undefined
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs
  return Number.isNaN(ms) ? undefined : Math.max(0, ms)
}
