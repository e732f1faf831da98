import type { Readable } from 'node:stream'
import { type Dispatcher, Pool } from 'undici'

export interface Answer {
  /** `closed`: the server closed the connection without a complete response, as it may do with a hostile request. */
  status: number | 'closed'
  body: string
  /** The `set-cookie` headers. */
  cookies: readonly string[]
}

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: string | Buffer | Readable
  /** The address that the service sees as the client's; by default the next one of many. */
  clientAddress?: string
}

export interface HttpClient {
  /** @throws Error when the server cannot be reached */
  send(request: HttpRequest): Promise<Answer>
  /** Sends JSON. @throws Error when the response has another status than the expected ones */
  post(path: string, body: unknown, expected?: readonly number[]): Promise<Answer>
  close(): Promise<void>
}

/**
 * 198.18.0.0/20, from the range that is reserved for benchmarks (RFC 2544): nobody has these addresses. Enough that no
 * limit per address is reached, few enough that a limiter which scans its table of addresses is not slowed down by it.
 */
const addresses = 2 ** 12
let lastAddress = 0

/** Each request comes from another address, like those of many people: limits per address stay on and are not reached. */
function nextClientAddress(): string {
  lastAddress = (lastAddress + 1) % addresses
  return `198.18.${lastAddress >> 8}.${lastAddress & 255}`
}

/** While writing the request, while waiting for the response, and in the middle of it. */
const closedCodes = ['EPIPE', 'ECONNRESET', 'UND_ERR_SOCKET']

/**
 * The client of the load generator: keep-alive connections, one request at a time on each. It is undici and not fetch,
 * because fetch needs more processor time, which a machine with few cores takes from the service.
 */
export function createHttpClient(origin: string, connections: number): HttpClient {
  const pool = new Pool(origin, { connections, pipelining: 1 })

  async function send(request: HttpRequest): Promise<Answer> {
    const { method = 'GET', path, headers, body = null, clientAddress = nextClientAddress() } = request
    try {
      return await receive(
        await pool.request({
          method,
          path,
          headers: { ...headers, 'x-forwarded-for': clientAddress },
          body,
        }),
      )
    } catch (error) {
      if (!isClosedConnection(error)) throw error
      return { status: 'closed', body: '', cookies: [] }
    }
  }

  return {
    send,
    async post(path, body, expected = [200]) {
      const answer = await send({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      if (answer.status === 'closed' || !expected.includes(answer.status)) {
        throw new Error(`POST ${path} returned ${answer.status}: ${answer.body.slice(0, 300)}`)
      }
      return answer
    },
    close: () => pool.destroy(),
  }
}

async function receive({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<Answer> {
  const cookies = headers['set-cookie'] ?? []
  return {
    status: statusCode,
    body: await body.text(),
    cookies: typeof cookies === 'string' ? [cookies] : cookies,
  }
}

function isClosedConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && closedCodes.includes(String(error.code))
}
