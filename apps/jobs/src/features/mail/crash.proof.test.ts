import { fileURLToPath } from 'node:url'
import { spawnApp, waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { jobsEnv } from '../../../test/jobs-service.ts'
import { headerOf, startMailServer } from '../../../test/mail-server.ts'
import { tenant, useCore } from '../../../test/use-core.ts'
import { jobState } from '../../db/schema.ts'
import { defineJob } from '../kinds/define-job.ts'
import { mailPayload } from './templates.ts'

// The real worker process with the real kind of mail. This process only enqueues.
const mail = defineJob({ name: 'mail.send', queue: 'mail', payload: mailPayload, handler: async () => {} })
const { backend, core, rows } = await useCore([mail])
/** A stall takes 10 to 15 s, and a busy machine takes longer. */
const timeoutMs = 300_000

async function startWorkerProcess(smtpUrl: string): Promise<ReturnType<typeof spawnApp>> {
  const entry = fileURLToPath(new URL('../../worker.ts', import.meta.url))
  const worker = spawnApp(entry, { ...jobsEnv(backend), WORKER_ADMIN_PORT: '0', SMTP_URL: smtpUrl })
  onTestFinished(async () => {
    worker.child.kill('SIGKILL')
    await worker.exited
  })
  return worker
}

test('a worker that is killed in the middle of mails loses none, and every copy has the one Message-ID', {
  timeout: timeoutMs,
}, async () => {
  const server = await startMailServer()
  onTestFinished(() => server.close())
  const recipients = ['before@example.com', 'during@example.com', 'after@example.com']
  const killed = Promise.withResolvers<void>()
  const reached = new Set<string>()
  server.before = async (command, recipient) => {
    // One mail hangs before its content, one when the server has it, and one has been accepted and maybe not recorded.
    const hangs = recipient === (command === 'RCPT TO' ? recipients[0] : recipients[1])
    if (hangs || command === 'DATA') reached.add(recipient)
    if (hangs) await killed.promise
  }
  for (const to of recipients) {
    const secret = { link: 'https://shop.example/reset#token=abc' }
    await core.enqueuer.enqueue(mail, { to, template: 'reset_password' }, { tenant, secret })
  }

  const first = await startWorkerProcess(server.url)
  await waitFor(() => reached.size === recipients.length, { what: 'all mails to be on their way', timeoutMs })
  first.child.kill('SIGKILL')
  await first.exited
  killed.resolve()
  await startWorkerProcess(server.url)
  await waitFor(async () => (await rows()).every(({ state }) => state >= jobState.done), {
    what: 'all jobs to end',
    timeoutMs,
  })

  for (const job of await rows()) {
    expect(job).toMatchObject({ state: jobState.done, attempts: 0, secret: null })
    const copies = server.mails.filter(
      (each) => headerOf(each, 'Message-ID') === `<${job.id}.send@fondasi.test>`,
    )
    expect(copies.length).toBeGreaterThanOrEqual(1)
  }
  const ids = new Set(server.mails.map((each) => headerOf(each, 'Message-ID')))
  expect(ids.size).toBe(recipients.length)
})
