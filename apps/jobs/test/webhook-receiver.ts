import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'

export interface ReceivedWebhook {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface WebhookReceiver {
  url: string
  /** Host and port, for WEBHOOK_ALLOWED_TARGETS. */
  host: string
  received: ReceivedWebhook[]
  /** How it responds. */
  answer: { status: number; headers?: Record<string, string>; body?: string }
  close(): Promise<void>
}

/** A server that receives webhooks, in the process of the test. */
export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedWebhook[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url: path = '', headers } = request
      received.push({ path, headers, body: Buffer.concat(chunks).toString() })
      const { status, headers: sent = {}, body = '' } = receiver.answer
      response.writeHead(status, sent).end(body)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
  const host = `127.0.0.1:${address.port}`
  const receiver: WebhookReceiver = {
    url: `http://${host}/hooks`,
    host,
    received,
    answer: { status: 204 },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
