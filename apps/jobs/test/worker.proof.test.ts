import { fileURLToPath } from 'node:url'
import { spawnApp, waitFor } from '@fondasi/testing'
import { expect, onTestFinished, test } from 'vitest'
import { jobState } from '../src/db/schema.ts'
import { asRole, jobsEnv, startApi } from './jobs-service.ts'
import { poison, processKinds, slow } from './process-kinds.ts'
import { tenant, useCore } from './use-core.ts'

// The real worker process: killed, stopped and terminated.

const { backend, core, pool, rows, ended } = await useCore(processKinds)
const { enqueuer } = core
/** Stalls take 10 to 15 s each, and a busy machine takes longer. */
const timeoutMs = 600_000

async function startWorkerProcess(env: Record<string, string> = {}): Promise<ReturnType<typeof spawnApp>> {
  const entry = fileURLToPath(new URL('process-worker.ts', import.meta.url))
  const worker = spawnApp(entry, { ...jobsEnv(backend), WORKER_ADMIN_PORT: '0', ...env })
  onTestFinished(async () => {
    worker.child.kill('SIGKILL')
    await worker.exited
  })
  await waitFor(() => worker.log.some(({ msg }) => msg === 'listening'), {
    what: 'the worker to start',
    timeoutMs,
  })
  return worker
}
const enqueueSlow = (count: number, ms: number) =>
  Promise.all(Array.from({ length: count }, () => enqueuer.enqueue(slow, { ms }, { tenant })))
const running = async () => (await core.queues.of('test', 'normal')?.getActiveCount()) ?? 0
const allEnded = () =>
  waitFor(async () => (await rows()).every(({ state }) => state >= 10), {
    what: 'all jobs to end',
    timeoutMs,
  })

test('jobs of a worker that was killed are run by another one, and use no attempt', {
  timeout: timeoutMs,
}, async () => {
  const first = await startWorkerProcess({ WORKER_CONCURRENCY: '5' })
  await enqueueSlow(20, 3_000)
  await waitFor(async () => (await running()) === 5, { what: 'five runs', timeoutMs })
  first.child.kill('SIGKILL')
  await startWorkerProcess()
  await allEnded()
  const after = await rows()
  expect(after.map(({ state, attempts }) => [state, attempts])).toEqual(after.map(() => [jobState.done, 0]))
  expect(after.filter(({ lane }) => lane === 'quarantine')).toHaveLength(5)
})

test('a poison job takes none of its neighbours with it', async () => {
  const innocent = await enqueueSlow(19, 1_000)
  const bad = await enqueuer.enqueue(poison, {}, { tenant })
  const first = await startWorkerProcess({ WORKER_CONCURRENCY: '20' })
  await first.exited
  await startWorkerProcess()
  await allEnded()
  const after = await rows()
  expect(after.filter(({ id }) => innocent.includes(id)).map(({ state }) => state)).toEqual(
    Array(19).fill(jobState.done),
  )
  expect(after.find(({ id }) => id === bad)).toMatchObject({ state: jobState.dead, crashes: 2 })
  const { rows: letters } = await pool.query('select job_id, reason from dead')
  expect(letters).toEqual([{ job_id: bad, reason: 'poison' }])
})

test('a worker that was stopped beyond its locks writes no late result', async () => {
  const stopped = await startWorkerProcess()
  const [id = ''] = await enqueueSlow(1, 1_000)
  await waitFor(async () => (await running()) === 1, { what: 'the run', timeoutMs })
  stopped.child.kill('SIGSTOP')
  onTestFinished(() => void stopped.child.kill('SIGCONT'))
  const other = await startWorkerProcess()
  const { result } = await ended(id)
  stopped.child.kill('SIGCONT')
  await waitFor(
    () => stopped.log.some(({ outcome }) => outcome === 'fenced' || outcome === 'drop' || outcome === 'done'),
    {
      what: 'the late result',
      timeoutMs,
    },
  )
  const after = (await rows()).find((each) => each.id === id)
  expect(after).toMatchObject({ state: jobState.done, result })
  expect(result).not.toBe(stopped.child.pid)
  expect(other.child.pid).toBeTruthy()
})

test('a job that is cancelled over HTTP is aborted in the process that runs it', {
  timeout: timeoutMs,
}, async () => {
  const worker = await startWorkerProcess()
  const api = await startApi(backend, processKinds)
  onTestFinished(() => api.close())
  const [id] = await enqueueSlow(1, 500_000)
  await waitFor(async () => (await running()) === 1, { what: 'the run', timeoutMs })
  const headers = await asRole(backend, 'admin')
  const response = await api.app.inject({ method: 'POST', url: `/v1/jobs/${id}/cancel`, headers })
  expect(response.statusCode, response.body).toBe(202)
  await waitFor(() => worker.log.some(({ jobId, outcome }) => jobId === id && outcome === 'drop'), {
    what: 'the end of the run',
    timeoutMs,
  })
  expect(await rows()).toMatchObject([{ id, state: jobState.cancelled }])
  expect((await pool.query('select from attempt union all select from dead')).rowCount).toBe(0)
})

test('a worker serves the lag of its event loop: a lag of ten seconds costs it its locks', async () => {
  const { log } = await startWorkerProcess()
  const port = Number(log.find(({ msg }) => msg === 'listening')?.['adminPort'])
  const response = await fetch(`http://127.0.0.1:${port}/metrics`)
  expect(await response.text()).toMatch(/^nodejs_eventloop_lag_p99_seconds\{service="jobs-worker"\} /m)
})

test('SIGTERM under load: nothing stalls, no attempt is used, exit code 0', {
  timeout: timeoutMs,
}, async () => {
  await enqueueSlow(300, 100)
  for (let round = 0; round < 3; round += 1) {
    const worker = await startWorkerProcess()
    await waitFor(async () => (await running()) > 0, { what: 'runs', timeoutMs })
    worker.child.kill('SIGTERM')
    expect(await worker.exited).toBe(0)
    expect(await running()).toBe(0)
  }
  await startWorkerProcess()
  await allEnded()
  const after = await rows()
  expect(
    after.filter(({ state, attempts, lane }) => state !== jobState.done || attempts > 0 || lane !== 'normal'),
  ).toEqual([])
})
