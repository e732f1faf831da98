export { allowStatements, createDb, type Db, type Tx, withTransaction } from './db.ts'
export {
  isCanceled,
  isDatabaseUnavailable,
  isDeadlock,
  isForeignKeyViolation,
  isLockTimeout,
  isUnavailable,
  isUniqueViolation,
} from './errors.ts'
export { type IdempotentOutcome, idempotencyKeys, runIdempotently } from './idempotency.ts'
export { keyset } from './keyset.ts'
export { migrate } from './migrate.ts'
export { readDatabaseLogins, readMigratorLogin } from './one-shot-settings.ts'
export { checkPostgres, createPool } from './pool.ts'
export { collectPoolMetrics, poolMetrics } from './pool-metrics.ts'
export { executePrepared, prepareOnce } from './prepared.ts'
export { type DatabaseAccess, databaseAccess, provisionDatabase } from './provision.ts'
export { storableText } from './storable-text.ts'
