import type { ChildProcesses } from '../heavy/child-processes.ts'
import { defineJob } from '../kinds/define-job.ts'
import { reportPayload } from './schemas.ts'

/** A report that needs longer resumes in the next attempt. */
const deadlineMs = 15 * 60_000

/** `report.create`: makes a table of jobs or products. The result is a CSV or PDF file. */
export function createReportKind(processes: ChildProcesses) {
  return defineJob({
    name: 'report.create',
    queue: 'reports',
    payload: reportPayload,
    deadlineMs,
    concurrency: processes.size,
    handler: (context) => processes.run('report', context),
  })
}
