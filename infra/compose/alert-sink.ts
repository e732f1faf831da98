// Where the demo's alerts go: it shows each on its log and keeps the latest, as `GET /` answers. A webhook of your
// chat or pager takes its place.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'

/** Enough to look back over a demo, small enough to be forgotten about. */
const keptNotifications = 100

const notifications: unknown[] = []

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(notifications))
    return
  }
  void receive(request, response)
})
server.listen(8080, '0.0.0.0', () => console.log('alerts are shown here'))
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
