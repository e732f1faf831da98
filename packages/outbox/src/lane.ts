import type { ClaimedMessage } from './repository.ts'

/** Claims messages and works on them, a few groups at once. */
export type Lane = {
  /** Claims messages for the free slots and starts to work on them. */
  fill: () => Promise<void>
  /** Resolves when the groups in work have ended. */
  idle: () => Promise<unknown>
}

/**
 * A relay has one lane for all handlers that take one message, and one for each handler that takes a batch, so that a
 * batch neither waits for single messages nor takes their slots.
 *
 * @param options.slots how many groups are worked on at once
 * @param options.groupSize how many messages a group has at most
 * @param options.claim claims up to `limit` messages
 * @param options.work handles one group; it must not reject
 * @param options.wake called when slots are free and more messages probably wait
 */
export function createLane(options: {
  slots: number
  groupSize: number
  claim: (limit: number) => Promise<ClaimedMessage[]>
  work: (group: readonly ClaimedMessage[]) => Promise<void>
  wake: () => void
}): Lane {
  const { slots, groupSize, claim, work, wake } = options
  const running = new Set<Promise<void>>()
  // The last claim filled every slot, so more messages probably wait.
  let backlog = false

  function begin(group: readonly ClaimedMessage[]): void {
    const done = work(group).finally(() => {
      running.delete(done)
      if (backlog && running.size <= slots / 2) wake()
    })
    running.add(done)
  }

  return {
    async fill() {
      const free = slots - running.size
      if (free === 0) return
      const claimed = await claim(free * groupSize)
      backlog = claimed.length === free * groupSize
      for (let from = 0; from < claimed.length; from += groupSize)
        begin(claimed.slice(from, from + groupSize))
    },
    idle: () => Promise.all(running),
  }
}
