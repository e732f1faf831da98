import { waitFor } from '@fondasi/testing'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeEach, expect } from 'vitest'
import { useApp } from './use-app.ts'
import { type ReceivedWebhook, startWebhookReceiver } from './webhook-receiver.ts'

type Endpoint = { id: string; secret: string; state: string; failingSince: string | null }

export const order = {
  type: 'order.paid',
  data: { orderId: 'A-1', amount: { amount: 12_990_000, currency: 'IDR' } },
}

/** The app and a receiver of webhooks, which is empty and returns 204 before each test. */
export async function useWebhooks() {
  const receiver = await startWebhookReceiver()
  const used = await useApp({ WEBHOOK_ALLOWED_TARGETS: receiver.host })
  const { ask, core, pool, rows, ended, runNow } = used
  beforeEach(() => {
    receiver.received.length = 0
    receiver.answer = { status: 204 }
  })
  afterAll(() => receiver.close())
  core.dispatcher.start()

  async function createEndpoint(events = [order.type], url = receiver.url): Promise<Endpoint> {
    const response = await ask('POST', '/webhook-endpoints', { url, events })
    expect(response.statusCode, response.body).toBe(201)
    return response.json()
  }
  async function publish(payload: object = order): Promise<string> {
    const response = await ask('POST', '/jobs', { kind: 'webhook.publish', payload })
    expect(response.statusCode, response.body).toBe(202)
    const { id } = response.json<{ id: string }>()
    await ended(id)
    return id
  }
  const deliveries = async () => (await rows()).filter(({ kind }) => kind === 'webhook.deliver')

  return {
    ...used,
    receiver,
    received: receiver.received,
    createEndpoint,
    readEndpoint: async (id: string) => (await ask('GET', `/webhook-endpoints/${id}`)).json<Endpoint>(),
    /** Publishes an event and waits until its deliveries are enqueued. @returns the id of the job */
    publish,
    deliveries,
    /** Publishes an event that one endpoint gets. @returns the ended delivery */
    async deliver() {
      const before = (await deliveries()).length
      await publish()
      const delivery = (await deliveries())[before]
      return ended(delivery?.id ?? '')
    },
    /** Waits for the first failed attempt of a delivery. */
    firstAttempt: () =>
      waitFor(async () => (await pool.query('select * from attempt')).rows[0], {
        what: 'an attempt',
        timeoutMs: 60_000,
      }),
    /** Runs the only delivery again, without its pause. */
    async runAgain() {
      const [delivery] = await deliveries()
      const id = delivery?.id ?? ''
      await runNow('webhooks', id)
      return ended(id)
    },
    receivedCount: (count: number) =>
      waitFor(() => receiver.received.length === count, { what: `${count} webhooks`, timeoutMs: 60_000 }),
    deadOf: async (id: string) => (await pool.query('select * from dead where job_id = $1', [id])).rows[0],
  }
}

/** Verifies a webhook as a receiver would, with the library of the standard. @throws if the signature is wrong */
export function verify(secret: string, { body, headers }: ReceivedWebhook): unknown {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
  return new Webhook(secret).verify(
    body,
    Object.fromEntries(names.map((name) => [name, String(headers[name])])),
  )
}
