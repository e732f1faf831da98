import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

// What the processes of all queues share: each has one queue, enqueues into it and runs its jobs.

/** How many jobs a queue runs at once. */
export const concurrency = 50

/** A queue that is measured. Times are in milliseconds, and rates are in jobs per second. */
export interface MeasuredQueue {
  /** Enqueues jobs that do not run yet, and then runs them. @returns the rate from the first start to the last end */
  drain(order: { count: number; jobMs: number }): Promise<number>
  /** Enqueues jobs together while it may run them. @returns the rate until the last one has run */
  batch(order: { count: number }): Promise<number>
  /** Enqueues one job. @returns the time until it is accepted, and the time until it starts */
  single(): Promise<{ acceptedMs: number; startedMs: number }>
}

/** The job of every queue: it waits for a while, or does nothing, and counts. */
export function createTask() {
  let left = 0
  let all = Promise.withResolvers<void>()
  let started = Promise.withResolvers<number>()
  return {
    async run(jobMs: number): Promise<void> {
      started.resolve(performance.now())
      if (jobMs > 0) await delay(jobMs)
      left -= 1
      if (left === 0) all.resolve()
    },
    /** @returns a promise that resolves when as many jobs have run, and the time of their first start */
    expect(count: number): { ended: Promise<void>; started: Promise<number> } {
      left = count
      all = Promise.withResolvers()
      started = Promise.withResolvers()
      return { ended: all.promise, started: started.promise }
    },
  }
}

/** @param since a time of `performance.now()`. @returns jobs per second since then */
export function rateOf(jobs: number, since: number): number {
  return (jobs * 1_000) / (performance.now() - since)
}

/** Serves the measurements of a queue to the bench, on `PORT`. */
export function serveQueue(queue: MeasuredQueue): void {
  const measure = async (path: string, body: string): Promise<unknown> => {
    const order: { count: number; jobMs: number } = JSON.parse(body || '{}')
    switch (path) {
      case '/drain':
        return queue.drain(order)
      case '/batch':
        return queue.batch(order)
      case '/single':
        return queue.single()
      default:
        return 'ready'
    }
  }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const result = await measure(request.url ?? '', await text(request))
      response.end(JSON.stringify(result))
    } catch (error) {
      response.writeHead(500).end(error instanceof Error ? error.stack : String(error))
    }
  }
  createServer((request, response) => void answer(request, response)).listen(
    Number(process.env['PORT']),
    '127.0.0.1',
  )
}
