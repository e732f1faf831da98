export {
  type Operation,
  operationsOf,
  readApiDescription,
  type Schema,
} from './api-description.ts'
export { testDocuments } from './app-documents.ts'
export { type ServiceProcess, spawnApp, startServiceProcess } from './app-process.ts'
export { createClock, type TestClock } from './clock.ts'
export { type ResponseCase, testDocumentedResponses } from './documented-responses.ts'
export { testEventLoopDelayMs } from './event-loop-delay.ts'
export { testMetricsDocument } from './metrics-document.ts'
export { createMigratedDatabase } from './migrated-database.ts'
export { type OwnServer, startOwnPostgres, startOwnRedis } from './own-server.ts'
export { testRefusedSettings } from './refused-settings.ts'
export { testHttpFile } from './run-http-file.ts'
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
export { createTestBackend, type TestBackend } from './test-backend.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { createTestLog } from './test-log.ts'
export { createTestRedis, type TestRedis } from './test-redis.ts'
export { startTraceReceiver, type TraceReceiver } from './trace-receiver.ts'
export { waitFor } from './wait-for.ts'
