// Stands between two services and makes the way between them bad, on demand:
//   curl -X PUT localhost:4190/postgres -d '{"latencyMs": 200}'
//   curl -X PUT localhost:4190/auth -d '{"errorRatio": 0.05}'
//   curl -X PUT localhost:4190/redis -d '{"cut": true}'
//   curl -X DELETE localhost:4190/redis          as if nothing had been
import { createServer } from 'node:http'
import { forwardHttp } from './forward-http.ts'
import { forwardTcp } from './forward-tcp.ts'
import { createRoute, parseFaults } from './route.ts'

const controlPort = 8474

const routes = new Map([
  ['postgres', forwardTcp(createRoute('postgres', 5432))],
  ['redis', forwardTcp(createRoute('redis', 6379))],
  ['auth', forwardHttp(createRoute('auth', 4101))],
])

const control = createServer(async (request, response) => {
  const answer = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
  const faults = () => Object.fromEntries([...routes].map(([name, route]) => [name, route.faults]))

  const route = routes.get(request.url?.slice(1) ?? '')
  if (request.method === 'GET' && request.url === '/') return answer(200, faults())
  if (!route) return answer(404, { routes: [...routes.keys()] })
  try {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    route.set(request.method === 'PUT' ? parseFaults(text) : {})
    return answer(200, faults())
  } catch (error) {
    return answer(400, { error: error instanceof Error ? error.message : String(error) })
  }
})
control.listen(controlPort, '0.0.0.0', () => console.log('no faults'))
process.on('SIGTERM', () => process.exit(0))
