/** The queue is as long as it may be. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

export interface Semaphore {
  /**
   * Runs a task when one of the permits is free, in the order of the calls. A waiter whose signal aborts loses its
   * place; a task that has begun keeps its permit until it ends, since nothing stops native work half-way.
   *
   * @returns what the task returns
   * @throws {QueueFull} at once, when too many wait already
   * @throws the signal's reason, when it aborts before the task has begun
   */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Tasks that have not begun. */
  readonly waiting: number
  /** Whether a call of `run` would be refused now. */
  readonly full: boolean
}

/**
 * Lets only so many tasks run at once and only so many wait.
 *
 * @param options.permits tasks that run at once
 * @param options.maxWaiting asked at each call, since how many may wait depends on how long a task takes
 */
export function createSemaphore(options: { permits: number; maxWaiting: () => number }): Semaphore {
  // A Set keeps the order of insertion and drops any waiter in constant time.
  const waiters = new Set<() => void>()
  let free = options.permits

  const isFull = () => free === 0 && waiters.size >= options.maxWaiting()

  function acquire(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (isFull()) throw new QueueFull()
    if (free > 0) {
      free -= 1
      return Promise.resolve()
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const begin = () => {
      signal?.removeEventListener('abort', drop)
      resolve()
    }
    const drop = () => {
      waiters.delete(begin)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', drop, { once: true })
    waiters.add(begin)
    return promise
  }

  /** Hands the permit to the first waiter; it is free only when nobody waits. */
  function release(): void {
    const [first] = waiters
    if (first === undefined) {
      free += 1
      return
    }
    waiters.delete(first)
    first()
  }

  return {
    async run(task, signal) {
      await acquire(signal)
      try {
        return await task()
      } finally {
        release()
      }
    },
    get waiting() {
      return waiters.size
    },
    get full() {
      return isFull()
    },
  }
}
