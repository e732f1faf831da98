import { createChildProcesses } from './features/heavy/child-processes.ts'
import { thumbnailPayload } from './features/images/schemas.ts'
import { defineJob, type Kind } from './features/kinds/define-job.ts'
import { reportPayload } from './features/reports/report.ts'

/**
 * The kinds of job that run in child processes. Thumbnails and reports each have their own processes, so that a long report
 * delays no thumbnail. Their results are files. Jobs wait in the queue until a process is free; their deadline starts then.
 *
 * @param options.size how many jobs of each kind run at once, each in a process
 * @param options.env of the processes (default: that of this process)
 */
export function createHeavyKinds({ size, ...options }: { size: number; env?: NodeJS.ProcessEnv }): {
  kinds: Kind[]
  close(): Promise<void>
} {
  const entry = new URL('heavy.ts', import.meta.url)
  const images = createChildProcesses({ ...options, entry })
  const reports = createChildProcesses({ ...options, entry })
  const thumbnail = defineJob({
    name: 'image.thumbnail',
    queue: 'images',
    payload: thumbnailPayload,
    // A thumbnail itself takes a second or two.
    deadlineMs: 120_000,
    concurrency: size,
    handler: (context) => images.run('thumbnail', context),
  })
  const report = defineJob({
    name: 'report.create',
    queue: 'reports',
    payload: reportPayload,
    // A report that needs longer resumes in the next attempt.
    deadlineMs: 15 * 60_000,
    concurrency: size,
    handler: (context) => reports.run('report', context),
  })
  return {
    kinds: [thumbnail, report],
    async close() {
      await Promise.all([images.close(), reports.close()])
    },
  }
}
