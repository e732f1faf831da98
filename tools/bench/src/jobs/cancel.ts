import { freePort } from '@fondasi/embedded'
import { createHttpClient } from '../http-client.ts'
import { serviceReady, startNode } from '../node-process.ts'
import { atMost, type Row } from '../report.ts'
import { percentile } from '../statistics.ts'
import type { JobsBench } from './contestants.ts'
import { jobsProgram } from './jobs-settings.ts'
import { startMailServer } from './mail-server.ts'
import { scaled } from './work.ts'

const cancelled = 60
/** Until it is cancelled: the mail server holds each mail for longer. */
const mailMs = 20_000

/**
 * Cancels a mail that a worker is sending, over HTTP at another process: from the request until the worker has ended the run.
 * The worker logs a run that it has dropped.
 */
export async function measureCancel({ effort, settings, cleanups }: JobsBench): Promise<Row[]> {
  const mail = await startMailServer(cleanups)
  mail.holdMs = () => mailMs
  const arrivals = eventsByName()
  const drops = eventsByName()
  mail.onRecipient = (recipient) => arrivals.happened(recipient)
  const env = { ...settings.env, SMTP_URL: mail.url }
  const [port, workerPort] = [await freePort(), await freePort()]
  const origin = `http://127.0.0.1:${port}`
  const api = await startNode(jobsProgram('main.ts'), { ...env, PORT: String(port), ADMIN_PORT: '0' })
  cleanups.push(() => api.stop())
  const worker = await startNode(
    jobsProgram('worker.ts'),
    { ...env, WORKER_ADMIN_PORT: String(workerPort) },
    (line) => {
      const [, jobId] = /"jobId":"([^"]+)".*"outcome":"drop"/.exec(line) ?? []
      if (jobId !== undefined) drops.happened(jobId)
    },
  )
  cleanups.push(() => worker.stop())
  await serviceReady(api, origin)
  await serviceReady(worker, `http://127.0.0.1:${workerPort}`)
  const client = createHttpClient(origin, 1)
  cleanups.push(() => client.close())
  const ask = async (path: string, body?: object): Promise<string> => {
    const headers = {
      authorization: settings.authorization,
      ...(body && { 'content-type': 'application/json' }),
    }
    const answer = await client.send({
      method: 'POST',
      path,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (answer.status !== 202) throw new Error(`POST ${path} returned ${answer.status}: ${answer.body}`)
    return answer.body
  }

  const times: number[] = []
  for (let index = 0; index < scaled(cancelled, effort); index += 1) {
    const to = `reader-${index}@example.com`
    const values = { title: 'Bench', items: [{ title: 'One', url: 'https://shop.example' }] }
    const body = { kind: 'mail.send', payload: { to, template: 'digest', values } }
    const arrival = arrivals.next(to)
    const { id }: { id: string } = JSON.parse(await ask('/v1/jobs', body))
    await arrival
    const drop = drops.next(id)
    const startedAt = performance.now()
    await ask(`/v1/jobs/${id}/cancel`)
    await drop
    times.push(performance.now() - startedAt)
  }
  return [
    {
      name: 'cancel of a running job in another process, ms, p95',
      value: percentile(times, 95),
      goal: atMost(100),
      from: `p50 ${percentile(times, 50).toFixed(1)} ms, ${times.length} jobs`,
    },
  ]
}

/** Something that happens once for each name, and is waited for. */
function eventsByName() {
  const waiting = new Map<string, () => void>()
  return {
    /** Resolves when it happens the next time. */
    next: (name: string) => new Promise<void>((resolve) => waiting.set(name, resolve)),
    happened(name: string): void {
      waiting.get(name)?.()
      waiting.delete(name)
    },
  }
}
