export { startAdminListener } from './admin-listener.ts'
export { createService, type ServiceOptions } from './create-service.ts'
export {
  type CursorCodec,
  createCursorCodec,
  findPage,
  linkHeader,
  type Page,
  type Range,
  readPage,
} from './cursor.ts'
export type { HealthCheck } from './health.ts'
export { isDeepJson, tooDeep } from './json-body.ts'
export { type Lifecycle, runUntilSignal } from './lifecycle.ts'
export { defineProblems, Problem, type ProblemOptions, serviceProblem } from './problem.ts'
export { createRateCounter, createRateLimiter } from './rate-limit.ts'
export { replayedHeader } from './replayed-header.ts'
export {
  emptyBody,
  label,
  listQuery,
  nameText,
  pageOfItems,
  problemResponses,
  queryBoolean,
  queryInteger,
  text,
  timestamp,
  uuid,
} from './schemas.ts'
export type { Service } from './service.ts'
