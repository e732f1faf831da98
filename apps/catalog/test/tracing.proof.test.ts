import { fileURLToPath } from 'node:url'
import { startServiceProcess, startTraceReceiver } from '@fondasi/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type CatalogBackend, catalogEnv, createCatalogBackend } from './catalog-service.ts'

let backend: CatalogBackend
beforeAll(async () => {
  backend = await createCatalogBackend()
})
afterAll(() => backend?.close())

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentId = 'b7ad6b7169203331'

test("a search continues the caller's trace: route, cache and the statements it ran", async () => {
  const receiver = await startTraceReceiver({ answers: true })
  onTestFinished(() => receiver.close())
  const service = await startServiceProcess(fileURLToPath(new URL('../src/main.ts', import.meta.url)), {
    ...catalogEnv(backend),
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  })
  onTestFinished(() => service.kill())
  await service.connected()

  const headers = { traceparent: `00-${traceId}-${parentId}-01` }
  const answer = await fetch(`${service.url}/v1/products/search?q=kemeja+rahasia`, { headers })
  expect(answer.status).toBe(200)
  await answer.text()
  expect(await service.stop()).toBe(0)

  const [request] = receiver.of(traceId).filter(({ parentSpanId }) => parentSpanId === parentId)
  expect(request).toMatchObject({ name: 'GET /v1/products/search' })
  const inside = receiver.of(traceId).filter(({ spanId }) => spanId !== request?.spanId)
  expect(new Set(inside.map(({ attributes }) => attributes['db.system.name']))).toEqual(
    new Set(['postgresql', 'redis']),
  )
  // Traces must not contain what people search for.
  expect(receiver.bodies.join('\n')).not.toContain('rahasia')
})
