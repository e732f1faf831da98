import type { ChildProcesses } from '../heavy/child-processes.ts'
import { defineJob } from '../kinds/define-job.ts'
import { thumbnailPayload } from './schemas.ts'

/** Includes the time for which a job waits for a child process. A thumbnail itself takes a second or two. */
const deadlineMs = 120_000

/** `image.thumbnail`: scales an uploaded image down. The result is a file. */
export function createThumbnailKind(processes: ChildProcesses) {
  return defineJob({
    name: 'image.thumbnail',
    queue: 'images',
    payload: thumbnailPayload,
    deadlineMs,
    handler: (context) => processes.run('thumbnail', context),
  })
}
