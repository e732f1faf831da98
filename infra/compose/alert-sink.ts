// Receives the demo's alerts: it logs each one, and `GET /` returns the latest. Replace it with the webhook of your chat
// or pager.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** Enough for a demo, and little memory. */
const keptNotifications = 100

const notifications: unknown[] = []

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(notifications))
    return
  }
  void receive(request, response)
})
server.listen(8080, '0.0.0.0', () => console.log('listening for alerts'))
process.on('SIGTERM', () => process.exit(0))

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const notification: unknown = await json(request)
    console.log(JSON.stringify(notification))
    notifications.push(notification)
    if (notifications.length > keptNotifications) notifications.shift()
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end()
  }
}
