import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { createHttpClient } from './http-client.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A client of a server that does this with each connection. */
async function clientOf(onConnection: (socket: Socket) => void) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const client = createHttpClient(`http://127.0.0.1:${address.port}`, 1)
  closers.push(
    () => client.close(),
    async () => server.close(),
  )
  return client
}

const large = { method: 'POST', path: '/', body: 'x'.repeat(2 * 1024 * 1024) } as const
const small = { path: '/' }
const ways: [string, (socket: Socket) => void][] = [
  ['before it reads', (socket) => socket.destroy()],
  ['while it reads', (socket) => socket.once('data', () => socket.destroy())],
  ['with a reset', (socket) => socket.once('data', () => socket.resetAndDestroy())],
  ['by its end', (socket) => socket.once('data', () => socket.end())],
  [
    'in the middle of a response',
    (socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', () => socket.destroy()),
      ),
  ],
]

test.each(ways)(
  'a connection that the server closes %s is an answer, not an error',
  async (_, onConnection) => {
    const client = await clientOf(onConnection)
    for (const request of [large, small, large, small]) {
      expect(await client.send(request)).toEqual({ status: 'closed', body: '', cookies: [] })
    }
  },
)

test('a response that comes before the server closes the connection counts as the answer', async () => {
  const client = await clientOf((socket) =>
    socket.once('data', () => {
      socket.end('HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}')
    }),
  )
  expect(await client.send(large)).toMatchObject({ status: 413, body: '{}' })
})

test('post: a closed connection is none of the expected statuses', async () => {
  const client = await clientOf((socket) => socket.destroy())
  await expect(client.post('/v1/login', {})).rejects.toThrow('POST /v1/login returned closed')
})

test('a server that cannot be reached is an error: a crash must not look like a refusal', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  server.close()
  const client = createHttpClient(`http://127.0.0.1:${address.port}`, 1)
  closers.push(() => client.close())
  await expect(client.send(small)).rejects.toThrow('ECONNREFUSED')
})
