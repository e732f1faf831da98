import { setTimeout as delay } from 'node:timers/promises'
import type { Stack } from './stack.ts'

const clients = 8
/**
 * Eight clients then enqueue some 20 jobs a second. With more, two cores are busy while a killed process starts again, and jobs
 * wait for their turn and not only for the recovery.
 */
const pauseMs = 400
/** The client of a service that is away waits before it tries the next job. */
const awayMs = 50

let lastRecipient = 0

/** A mail to an address that no other mail has. */
export function nextMail(name: string) {
  lastRecipient += 1
  const to = `${name}-${lastRecipient}@example.com`
  const values = { title: 'Chaos', items: [{ title: 'One job', url: 'https://shop.example/jobs' }] }
  return { kind: 'mail.send', payload: { to, template: 'digest', values } }
}

/**
 * Sends JSON to the API.
 * @returns the parsed body of a success; undefined when nothing was acknowledged, as while the API or its database is away
 */
export async function post<Body>(
  { client, authorization }: Pick<Stack, 'client' | 'authorization'>,
  path: string,
  body: object,
): Promise<Body | undefined> {
  const headers = { authorization, 'content-type': 'application/json' }
  const request = { method: 'POST', path, headers, body: JSON.stringify(body) } as const
  // The API may be away: its port then refuses the connection.
  const answer = await client.send(request).catch(() => undefined)
  if (answer === undefined || answer.status === 'closed' || answer.status >= 500) return undefined
  if (answer.status >= 400) throw new Error(`POST ${path} returned ${answer.status}: ${answer.body}`)
  return JSON.parse(answer.body)
}

/** Enqueues jobs in batches of a thousand. @returns their ids */
export async function enqueueAll(stack: Stack, jobs: readonly object[]): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < jobs.length; from += 1_000) {
    const batch = { jobs: jobs.slice(from, from + 1_000) }
    const answer = await post<{ items: { id: string }[] }>(stack, '/v1/jobs/batch', batch)
    if (answer === undefined) throw new Error('the API did not accept a batch of jobs')
    ids.push(...answer.items.map(({ id }) => id))
  }
  return ids
}

/** Clients that enqueue one mail after the other until `stop`. `acknowledged` has the ids of jobs that the API has accepted. */
export function startClients(stack: Stack): { acknowledged: string[]; stop(): Promise<void> } {
  const stopping = new AbortController()
  const acknowledged: string[] = []
  const work = async () => {
    while (!stopping.signal.aborted) {
      const answer = await post<{ id: string }>(stack, '/v1/jobs', nextMail('client'))
      if (answer !== undefined) acknowledged.push(answer.id)
      await delay(answer === undefined ? awayMs : pauseMs)
    }
  }
  const all = Promise.all(Array.from({ length: clients }, work))
  // It is awaited in `stop`; until then, a rejection must not end this process.
  all.catch(() => {})
  return {
    acknowledged,
    async stop() {
      stopping.abort()
      await all
    },
  }
}
