export { type AuditEvent, audit, auditTopic } from './audit.ts'
export {
  type BatchHandler,
  type Failures,
  type Handler,
  type Message,
  RefusedError,
  UndeliverableError,
} from './delivery.ts'
export { listen } from './listener.ts'
export { createLoop, type Loop } from './loop.ts'
export { outboxMetrics } from './metrics.ts'
export { type NewMessage, publish } from './publish.ts'
export { createRelay, type Relay } from './relay.ts'
export { outbox } from './schema.ts'
export { createSealer, type Sealer } from './sealer.ts'
