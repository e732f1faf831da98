import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

// The part of OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp) that tests read.
const keyValue = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(keyValue).transform((pairs) =>
    // A value is an object with one entry, such as { stringValue: 'x' }.
    Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]])),
  ),
})
const traces = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(keyValue) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

type ReceivedSpan = z.output<typeof span>

export interface TraceReceiver {
  endpoint: string
  spans: ReceivedSpan[]
  /** The raw requests. */
  bodies: string[]
  /** The spans of one trace. */
  of(traceId: string): ReceivedSpan[]
  close(): Promise<void>
}

/**
 * Receives traces, like a collector.
 * @param options.answers false means that it accepts requests and never answers, like a collector that hangs
 */
export async function startTraceReceiver(options: { answers: boolean }): Promise<TraceReceiver> {
  const spans: ReceivedSpan[] = []
  const bodies: string[] = []
  const receive = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request)
    bodies.push(`${request.method} ${request.url} ${body}`)
    if (!options.answers) return
    for (const { scopeSpans } of traces.parse(JSON.parse(body)).resourceSpans)
      spans.push(...scopeSpans.flatMap((scope) => scope.spans))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }
  // A body that is not OTLP becomes an unhandled rejection, which fails the run.
  const server = createServer((request, response) => void receive(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // `address()` is a string only for Unix sockets.
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    of: (traceId) => spans.filter((span) => span.traceId === traceId),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
