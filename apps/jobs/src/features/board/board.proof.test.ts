import { fileURLToPath } from 'node:url'
import { spawnApp, waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobsEnv, startApi } from '../../../test/jobs-service.ts'
import { tenant, useCore } from '../../../test/use-core.ts'
import { defineJob } from '../kinds/define-job.ts'
import { mailPayload } from '../mail/templates.ts'

// The real worker process, whose mail server is away: the entry of a mail stays in Redis and waits for its next attempt.
const mail = defineJob({ name: 'mail.send', queue: 'mail', payload: mailPayload, handler: async () => {} })
const { backend, core, pool } = await useCore([mail])
const worker = spawnApp(fileURLToPath(new URL('../../worker.ts', import.meta.url)), {
  ...jobsEnv(backend),
  WORKER_ADMIN_PORT: '0',
  SMTP_URL: 'smtp://127.0.0.1:9',
})
afterAll(async () => {
  worker.child.kill('SIGKILL')
  await worker.exited
})
const timeoutMs = 120_000
let admin = ''
beforeAll(async () => {
  const listening = await waitFor(() => worker.log.find(({ msg }) => msg === 'listening'), {
    what: 'the worker to start',
    timeoutMs,
  })
  admin = `http://127.0.0.1:${String(listening['adminPort'])}`
}, timeoutMs)

async function failedMail(): Promise<string> {
  const secret = { link: 'https://shop.example/reset#token=abc' }
  const payload = { to: 'sari@example.com', template: 'reset_password' } as const
  const id = await core.enqueuer.enqueue(mail, payload, { tenant, secret })
  await waitFor(
    async () => (await pool.query('select from attempt where job_id = $1', [id])).rowCount === 1,
    {
      what: 'a failed attempt',
      timeoutMs,
    },
  )
  return id
}
const read = async (path: string) => (await fetch(`${admin}/queues${path}`)).text()

test('the pages show the entries of a queue without payloads and secrets', async () => {
  const id = await failedMail()
  const { rows } = await pool.query(`select encode(secret, 'base64') as sealed from job where id = $1`, [id])
  for (const path of ['/api/queues?activeQueue=mail&status=latest', `/api/queues/mail/${id}`]) {
    const body = await read(path)
    expect(body).toContain(id)
    expect(body).toContain('"dispatchNo":1')
    for (const hidden of ['sari@example.com', 'reset_password', rows[0].sealed])
      expect(body, path).not.toContain(hidden)
  }
  const page = await read('/')
  expect(page).toContain('<html')
  const [script = ''] = /static\/[^"]+\.js/.exec(page) ?? []
  expect((await fetch(`${admin}/queues/${script}`)).headers.get('content-type')).toContain('javascript')
})

test('nothing can be changed', async () => {
  const id = await failedMail()
  const dataOf = async () => JSON.parse(await read(`/api/queues/mail/${id}`)).job.data
  const before = await dataOf()
  for (const [method, path] of [
    ['PUT', 'pause'],
    ['PUT', 'mail/pause'],
    ['PUT', 'mail/obliterate'],
    ['PUT', `mail/${id}/clean`],
    ['PUT', `mail/${id}/promote`],
    ['PATCH', `mail/${id}/update-data`],
    ['POST', 'mail/add'],
  ] as const) {
    const response = await fetch(`${admin}/queues/api/queues/${path}`, { method })
    expect(response.status, path).toBe(405)
  }
  expect(await dataOf()).toEqual(before)
  expect(await core.queues.of('mail', 'normal')?.isPaused()).toBe(false)
})

test('the public port of the API has no such pages', async () => {
  const api = await startApi(backend, [mail])
  for (const url of ['/queues', '/queues/', '/queues/api/queues', '/v1/queues/api/queues'])
    expect((await api.app.inject({ url })).statusCode, url).toBe(404)
  await api.close()
})
