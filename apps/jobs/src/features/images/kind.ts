import type { ChildProcesses } from '../heavy/child-processes.ts'
import { defineJob } from '../kinds/define-job.ts'
import { thumbnailPayload } from './schemas.ts'

/** A thumbnail takes a second or two. */
const deadlineMs = 120_000

/** `image.thumbnail`: scales an uploaded image down. The result is a file. */
export function createThumbnailKind(processes: ChildProcesses) {
  return defineJob({
    name: 'image.thumbnail',
    queue: 'images',
    payload: thumbnailPayload,
    deadlineMs,
    concurrency: processes.size,
    handler: (context) => processes.run('thumbnail', context),
  })
}
