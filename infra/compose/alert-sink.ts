// Where the demo's alerts go: it shows each on its log and keeps the latest, as `GET /` answers. A webhook of your
// chat or pager takes its place.
import { createServer } from 'node:http'

/** Enough to look back over a demo, small enough to be forgotten about. */
const keptNotifications = 100
const maxBodyBytes = 1024 * 1024

const notifications: unknown[] = []

const server = createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(notifications))
    return
  }
  try {
    let text = ''
    for await (const chunk of request) {
      text += String(chunk)
      if (text.length > maxBodyBytes) throw new Error('more than a notification')
    }
    const notification: unknown = JSON.parse(text)
    console.log(JSON.stringify(notification))
    notifications.push(notification)
    notifications.splice(0, notifications.length - keptNotifications)
    response.writeHead(204).end()
  } catch {
    response.writeHead(400).end()
  }
})
server.listen(8080, '0.0.0.0', () => console.log('alerts are shown here'))
process.on('SIGTERM', () => {
  server.close()
  server.closeAllConnections()
})
