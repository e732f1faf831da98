/** Thrown when the queue is full. */
export class QueueFull extends Error {
  override name = 'QueueFull'
}

export interface Semaphore {
  /**
   * Runs a task when a permit is free, in the order of the calls. A task whose signal aborts while it waits is dropped. One
   * that has begun keeps its permit until it ends, since nothing can stop native work half-way.
   *
   * @returns what the task returns
   * @throws {QueueFull} at once, when too many tasks are waiting
   * @throws the signal's reason, when it aborts before the task begins
   */
  run<Result>(task: () => Promise<Result>, signal?: AbortSignal): Promise<Result>
  /** Number of tasks that have not begun. */
  readonly waiting: number
  /** Whether `run` would refuse a task now. */
  readonly full: boolean
}

/**
 * Limits how many tasks run at once and how many wait.
 *
 * @param options.permits how many tasks run at once
 * @param options.maxWaiting is called for each task, since the limit depends on how long a task takes
 */
export function createSemaphore(options: { permits: number; maxWaiting: () => number }): Semaphore {
  // A Set keeps the order of insertion and removes any waiter in constant time.
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

  /** Gives the permit to the first waiter. It becomes free only when there is no waiter. */
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
