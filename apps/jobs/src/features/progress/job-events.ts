import { createHash } from 'node:crypto'
import type { JobProgress } from '../jobs/schemas.ts'

const finalStates: readonly JobProgress['state'][] = ['done', 'dead', 'cancelled']
/** With a pause of one second, a comment after 15 quiet reads keeps proxies from closing an idle connection. */
const quietReadsPerComment = 15
/** Sent first, so that the client gets a byte at once, also when nothing has changed since its last event. */
const reconnectAfter = 'retry: 2000\n\n'

/**
 * The events of one job in the format of server-sent events: its present state, then each change that a read sees, until the
 * final state. Each event has the whole state, so a client that missed some needs only the newest. The id of an event is a hash
 * of the state. From the `Last-Event-ID` of a request, any process can see whether the client knows the present state.
 *
 * It reads again only after the client has taken the previous event, so a client that stops reading costs no memory.
 *
 * @param options.read the state now, or undefined when the stream must end
 * @param options.pause waits between two reads; false when the stream must end
 */
export async function* jobEvents(options: {
  read: () => Promise<JobProgress | undefined>
  pause: () => Promise<boolean>
  lastEventId: string | undefined
}): AsyncGenerator<string> {
  const { read, pause } = options
  let knownId = options.lastEventId
  let quietReads = 0
  yield reconnectAfter
  do {
    const progress = await read()
    if (progress === undefined) return
    const data = JSON.stringify(progress)
    const id = createHash('sha256').update(data).digest('base64url').slice(0, 16)
    if (id !== knownId) {
      yield `id: ${id}\nevent: job\ndata: ${data}\n\n`
      knownId = id
      quietReads = 0
    } else {
      quietReads += 1
      if (quietReads % quietReadsPerComment === 0) yield ': still open\n\n'
    }
    if (finalStates.includes(progress.state)) return
  } while (await pause())
}
