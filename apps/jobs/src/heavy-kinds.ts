import { createChildProcesses } from './features/heavy/child-processes.ts'
import { createThumbnailKind } from './features/images/kind.ts'
import type { Kind } from './features/kinds/define-job.ts'
import { createReportKind } from './features/reports/kind.ts'

/**
 * The kinds of job that run in child processes. Thumbnails and reports have processes of their own, so that a long report
 * delays no thumbnail.
 *
 * @param options.size how many processes each kind may have
 * @param options.env of the processes (default: that of this process)
 */
export function createHeavyKinds(options: { size: number; env?: NodeJS.ProcessEnv }): {
  kinds: Kind[]
  close(): Promise<void>
} {
  const entry = new URL('heavy.ts', import.meta.url)
  const images = createChildProcesses({ ...options, entry })
  const reports = createChildProcesses({ ...options, entry })
  return {
    kinds: [createThumbnailKind(images), createReportKind(reports)],
    async close() {
      await Promise.all([images.close(), reports.close()])
    },
  }
}
