import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient, type JobsApi } from '@fondasi/client'
import { commonRoutes } from './common-routes.ts'
import { expectData, expectProblem, expectStatus, expectThat } from './expectations.ts'
import type { Flow, SmokeContext } from './flow.ts'
import { waitForLink } from './mailbox.ts'

/** A worker may be busy with other jobs, and a report waits for a process of its own. */
const endTimeoutMs = 60_000
const endPollMs = 100

/** A mail is sent, a report is downloaded, a job that failed is redriven, and the events of a job arrive while it is open. */
export const jobsFlow: Flow = async (context) => {
  await commonRoutes(context)
  const { accessToken, step } = context
  await step('enqueueing needs a token', async () => {
    const body = { kind: 'mail.send', payload: {} }
    expectProblem(await createClient<JobsApi>(context).POST('/v1/jobs', { body }), 401, 'missing_token')
  })
  if (!accessToken) return step('skipped the rest: there is no token', async () => {})
  const token = await step('an access token', accessToken)
  const jobs = createJobs(context, token)
  const address = `smoke-${randomBytes(6).toString('hex')}@fondasi.test`
  const mailed = await mail(context, jobs, address)
  await report(context, jobs, mailed)
  await deadLetter(context, jobs, address)
  await follow(context, jobs, token)
}

type Jobs = ReturnType<typeof createJobs>

function createJobs(context: SmokeContext, token: string) {
  const client = createClient<JobsApi>({ ...context, token: () => token })
  const read = async (id: string) =>
    expectData(await client.GET('/v1/jobs/{id}', { params: { path: { id } } }), 200)
  return {
    client,
    enqueue: async (body: {
      kind: string
      payload: object
      secret?: Record<string, string>
      delaySeconds?: number
    }) => expectData(await client.POST('/v1/jobs', { body }), 202),
    /** Waits until a job ends. @throws when it takes too long, or ends in another state */
    async untilEnded(id: string, wanted: 'done' | 'dead') {
      const giveUpAt = Date.now() + endTimeoutMs
      for (;;) {
        const { state } = await read(id)
        if (state === wanted) return
        expectThat(!['done', 'dead', 'cancelled'].includes(state), `expected ${wanted}, not ${state}`)
        expectThat(Date.now() < giveUpAt, `the job is still ${state}`)
        await delay(endPollMs)
      }
    },
  }
}

/** @returns the id of the job */
async function mail({ step, mailbox }: SmokeContext, jobs: Jobs, address: string): Promise<string> {
  const link = `https://shop.example/reset#token=${randomBytes(8).toString('hex')}`
  const body = {
    kind: 'mail.send',
    payload: { to: address, template: 'reset_password' },
    secret: { link },
  }
  const { id } = await step('a mail is sent', async () => {
    const job = await jobs.enqueue(body)
    await jobs.untilEnded(job.id, 'done')
    return job
  })
  if (mailbox)
    await step('it arrives, with the secret link', async () => {
      expectThat((await waitForLink(mailbox, address)) === link, `expected the link ${link}`)
    })
  else await step('skipped reading it: there is no mailbox', async () => {})
  return id
}

async function report({ step }: SmokeContext, jobs: Jobs, earlierJob: string) {
  const { id } = await step('enqueue a report', () =>
    jobs.enqueue({ kind: 'report.create', payload: { format: 'csv', source: 'jobs' } }),
  )
  await step('it is made', () => jobs.untilEnded(id, 'done'))
  await step('download it', async () => {
    const params = { path: { id } }
    const downloaded = await jobs.client.GET('/v1/jobs/{id}/result', { params, parseAs: 'text' })
    const { response } = expectStatus(downloaded, 200)
    const type = response.headers.get('content-type') ?? ''
    expectThat(type.startsWith('text/csv'), `expected a CSV file, not ${type}`)
    expectThat(String(downloaded.data).includes(earlierJob), 'expected the mail among the rows')
  })
}

async function deadLetter({ step }: SmokeContext, jobs: Jobs, address: string) {
  const { id } = await step('a job fails: its mail needs a link and has none', async () => {
    const body = { kind: 'mail.send', payload: { to: address, template: 'reset_password' } }
    const job = await jobs.enqueue(body)
    await jobs.untilEnded(job.id, 'dead')
    return job
  })
  const letter = await step('its dead letter says why', async () => {
    const query = { kind: 'mail.send', status: 'open' as const }
    const { items } = expectData(await jobs.client.GET('/v1/dead', { params: { query } }), 200)
    const found = items.find(({ jobId }) => jobId === id)
    if (!found) throw new Error(`expected a dead letter of the job ${id}`)
    expectThat(found.reason === 'invalid_payload', `expected invalid_payload, not ${found.reason}`)
    return found
  })
  const params = { path: { id: letter.id } }
  const redrive = (payload: object) =>
    jobs.client.POST('/v1/dead/{id}/redrive', { params, body: { payload } })
  await step('a wrong payload is refused, and the dead letter stays open', async () => {
    expectStatus(await redrive({ to: 'nobody' }), 422)
  })
  await step('redrive it with another payload', async () => {
    const values = { title: 'Smoke', items: [{ title: 'One job', url: 'https://shop.example/jobs' }] }
    const redriven = expectData(await redrive({ to: address, template: 'digest', values }), 202)
    expectThat(redriven.redrivenFrom === letter.id, 'expected the id of the dead letter')
    await jobs.untilEnded(redriven.id, 'done')
  })
  await step('a second redrive is refused', async () => {
    expectProblem(await redrive({ to: address }), 409, 'dead_letter_closed')
  })
}

/** A gateway that buffers responses would hold the first event back, and the job would never be cancelled. */
async function follow({ baseUrl, step }: SmokeContext, jobs: Jobs, token: string) {
  const { id } = await step('enqueue a report for tomorrow', () =>
    jobs.enqueue({
      kind: 'report.create',
      payload: { format: 'csv', source: 'jobs' },
      delaySeconds: 86_400,
    }),
  )
  await step('its stream sends the present state, and the end when it is cancelled', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const signal = AbortSignal.timeout(endTimeoutMs)
    const { body } = await fetch(`${baseUrl}/v1/jobs/${id}/events`, { headers, signal })
    let events = ''
    let isCancelled = false
    for await (const chunk of body ?? []) {
      events += Buffer.from(chunk).toString()
      if (isCancelled || !events.includes('"state":"pending"')) continue
      expectStatus(await jobs.client.POST('/v1/jobs/{id}/cancel', { params: { path: { id } } }), 202)
      isCancelled = true
    }
    expectThat(events.includes('"state":"cancelled"'), `expected the cancelled state, not ${events}`)
  })
}
