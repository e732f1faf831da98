import type { Readable } from 'node:stream'
import { Pool } from 'undici'

export interface Answer {
  status: number
  body: string
}

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'DELETE'
  path: string
  headers?: Record<string, string>
  body?: string | Buffer | Readable
  /** The address that the request comes from, for the service; by default the next one of many. */
  clientAddress?: string
}

export interface HttpClient {
  send(request: HttpRequest): Promise<Answer>
  /** Sends JSON and reads JSON. @throws Error when the answer has another status than the expected ones */
  post(path: string, body: unknown, expected?: readonly number[]): Promise<Answer>
  close(): Promise<void>
}

/** 198.18.0.0/15 is set aside for benchmarks (RFC 2544): nobody has these addresses. */
const addresses = 2 ** 17
let lastAddress = 0

/** Requests come from ever other addresses, as those of many people do: limits per address stay on and unmet. */
function nextClientAddress(): string {
  lastAddress = (lastAddress + 1) % addresses
  return `198.${18 + (lastAddress >> 16)}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`
}

/**
 * The load generator's client: keep-alive connections, one request at a time on each. It is undici and not fetch,
 * because on a machine with few cores what the generator uses is taken from the service.
 */
export function createHttpClient(origin: string, connections: number): HttpClient {
  const pool = new Pool(origin, { connections, pipelining: 1 })

  async function send(request: HttpRequest): Promise<Answer> {
    const { method = 'GET', path, headers, body = null, clientAddress = nextClientAddress() } = request
    const response = await pool.request({
      method,
      path,
      headers: { ...headers, 'x-forwarded-for': clientAddress },
      body,
    })
    return { status: response.statusCode, body: await response.body.text() }
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
      if (!expected.includes(answer.status)) {
        throw new Error(`POST ${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`)
      }
      return answer
    },
    close: () => pool.destroy(),
  }
}
