import { isDeadlock, isUniqueViolation } from '@fondasi/postgres'
import { Problem, serviceProblem } from '@fondasi/service'

/** Another transaction may lock the same products in another order, or take a SKU meanwhile. */
const maxMergeAttempts = 3

export const interrupted =
  'interrupted: the service stopped before the import was done; nothing was changed, send the file again'

export const everyRowFailed = 'every row was rejected, so nothing was changed; see the errors'

/** Another process has marked the import as failed, because this one sent no heartbeat for too long. */
export const abandoned = () =>
  serviceProblem('dependency_unavailable', { detail: 'The import was marked as failed: send the file again' })

/** Whether a failed merge may succeed when it runs again: it lost against another transaction that is now over. */
export function mayMergeAgain(error: unknown, attempt: number): boolean {
  return attempt < maxMergeAttempts && (isDeadlock(error) || isUniqueViolation(error))
}

/** What the client reads about an import that failed. */
export function failureReason(error: unknown, isStopping: boolean): string {
  if (isStopping) return interrupted
  return error instanceof Problem
    ? error.message
    : 'the database refused the import or was unreachable; nothing was changed'
}

/** The error to record and throw. When a client leaves in the middle of its body, Node's own error says only "aborted". */
export function receiveProblem(error: unknown): unknown {
  const isAborted =
    error instanceof Error && 'code' in error && error.code === 'ECONNRESET' && error.message === 'aborted'
  return isAborted ? serviceProblem('malformed_body', { detail: 'The body ended early' }) : error
}
