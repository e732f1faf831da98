import { isCanceled } from '@fondasi/postgres'
import { problem } from '../../errors.ts'

/** Throws `search_timeout` for the error of a statement that PostgreSQL ended at its timeout, and every other error again. */
export function timedOut(error: unknown): never {
  throw isCanceled(error) ? problem('search_timeout', { cause: error }) : error
}
