import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** The notification that Alertmanager sends (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
type Notification = { alerts: { status: 'firing' | 'resolved'; labels: Record<string, string> }[] }

export type AlertSink = {
  url: string
  /** Names of the alerts that fire, by their latest notification. */
  firing: () => Set<string>
  close: () => Promise<void>
}

/** A webhook receiver that keeps track of the firing alerts. */
export async function startAlertSink(): Promise<AlertSink> {
  // The key has all labels: one alert may fire for several services.
  const firing = new Map<string, string>()
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const { alerts }: Notification = JSON.parse(await text(request))
    for (const { status, labels } of alerts) {
      const key = JSON.stringify(labels)
      if (status === 'firing') firing.set(key, labels['alertname'] ?? '')
      else firing.delete(key)
    }
    response.end()
  }
  const server = createServer((request, response) => void receive(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/`,
    firing: () => new Set(firing.values()),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
