import { isCanceled, isDeadlock, isLockTimeout, isUnavailable } from '@fondasi/postgres'

/**
 * Runs a statement for a batch of rows. If it fails because of one of them, runs it for each row alone, so that one bad row
 * does not block the others.
 *
 * @param setAside receives each row whose statement fails alone
 * @throws when the database, and not a row, is the reason: then nothing is set aside
 */
export async function rowByRow<Row, Result>(
  rows: readonly Row[],
  run: (rows: readonly Row[]) => Promise<Result[]>,
  setAside: (row: Row, error: unknown) => Promise<void>,
): Promise<Result[]> {
  if (rows.length === 0) return []
  try {
    return await run(rows)
  } catch (error) {
    if (isPassing(error)) throw error
  }
  const results: Result[] = []
  for (const row of rows) {
    try {
      results.push(...(await run([row])))
    } catch (error) {
      if (isPassing(error)) throw error
      await setAside(row, error)
    }
  }
  return results
}

/** Whether the same statement may succeed later. */
export function isPassing(error: unknown): boolean {
  return isUnavailable(error) || isLockTimeout(error) || isDeadlock(error) || isCanceled(error)
}
