// Sits between two services and injects faults on demand:
//   curl -X PUT localhost:4190/postgres -d '{"latencyMs": 200}'
//   curl -X PUT localhost:4190/auth -d '{"errorRatio": 0.05}'
//   curl -X PUT localhost:4190/redis -d '{"cut": true}'
//   curl -X DELETE localhost:4190/redis          back to normal
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { forwardHttp } from './forward-http.ts'
import { forwardTcp } from './forward-tcp.ts'
import { createRoute, parseFaults } from './route.ts'

const controlPort = 8474

const services = {
  auth: 4101,
  catalog: 4102,
  jobs: 4103,
}

const routes = new Map([
  ['postgres', forwardTcp(createRoute('postgres', 5432))],
  ['redis', forwardTcp(createRoute('redis', 6379))],
  ...Object.entries(services).map(([name, port]) => [name, forwardHttp(createRoute(name, port))] as const),
])

const control = createServer((request, response) => {
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
  change(request).then(
    () => reply(200, Object.fromEntries([...routes].map(([name, { faults }]) => [name, faults]))),
    (error: unknown) => reply(400, { error: String(error) }),
  )
})
control.listen(controlPort, '0.0.0.0', () => console.log('no faults'))
process.on('SIGTERM', () => process.exit(0))

/** Sets faults on PUT and removes them on DELETE; GET changes nothing. */
async function change(request: IncomingMessage): Promise<void> {
  if (request.method === 'GET') return
  const route = routes.get(request.url?.slice(1) ?? '')
  if (!route) throw new Error(`expected one of ${[...routes.keys()].join(', ')}`)
  route.set(request.method === 'PUT' ? parseFaults(await text(request)) : {})
}
