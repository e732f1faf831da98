export type { Tracing } from './open-telemetry.ts'
export { startTracing } from './tracing.ts'
