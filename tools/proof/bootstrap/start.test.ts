import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { deleteData } from '@fondasi/embedded'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import type { State } from '../../local/state.ts'

// These start PostgreSQL, Redis and every service, with the data in a temporary folder. Waiting has no limit but the
// test's: a busy machine needs minutes for a start.

const pollMs = 50

let folder: string
let started: { stop(): Promise<void> }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'npm start '))
  started = []
})

afterEach(async () => {
  await Promise.all(started.map((start) => start.stop()))
  for (const name of ['one', 'two']) {
    await deleteData(join(folder, name, 'postgres'))
  }
  await rm(folder, { recursive: true, force: true })
})

test('start: of two starts at once one serves and refuses others; Ctrl-C stops every process', async () => {
  const both = [start('one'), start('one')]
  const loser = await Promise.race(both.map(async (one) => ((await one.exitCode) === 1 ? one : undefined)))
  expect(loser?.output()).toMatch(/already runs here/)
  const [winner = start('one')] = both.filter((one) => one !== loser)
  await winner.ready()
  const [service] = (await winner.state()).services
  expect(winner.output()).toContain(service?.docsUrl)

  const third = start('one')
  expect(await third.exitCode).toBe(1)
  expect(third.output()).toContain(`process ${winner.pid}`)
  expect(third.output()).toContain(service?.docsUrl)

  expect((await fetch(`${service?.url}/readyz`)).status).toBe(200)
  const pids = await winner.pids()
  winner.signal('SIGINT')
  expect(await winner.exitCode).toBe(0)
  expect(pids.filter(isAlive)).toEqual([])
})

test('start: two checkouts use different ports, and both serve', async () => {
  const states = await Promise.all(['one', 'two'].map(async (name) => (await startUntilReady(name)).state()))
  const urls = states.flatMap(({ services, postgres, redis, mail }) => [
    ...services.flatMap(({ url, adminUrl, workers }) => [
      url,
      adminUrl,
      ...workers.map((each) => each.adminUrl),
    ]),
    mail.smtpUrl,
    mail.inboxUrl,
    postgres.url,
    redis.url,
  ])
  expect(new Set(urls.map((url) => new URL(url).port)).size).toBe(urls.length)
  for (const { services } of states) {
    for (const { url } of services) expect((await fetch(`${url}/readyz`)).status).toBe(200)
  }
})

test('start: when it is killed every process stops, and the next start finds the data', async () => {
  const first = await startUntilReady('one')
  const before = await first.state()
  const pids = await first.pids()
  first.signal('SIGKILL')
  await first.exitCode
  await until(() => pids.filter(isAlive).length === 0)

  // Another process may have got its id.
  await writeFile(join(folder, 'one', 'start.pid'), String(process.pid))
  const after = await (await startUntilReady('one')).state()
  expect(new URL(after.postgres.url).password).toBe(new URL(before.postgres.url).password)
})

test('start: when a service dies, its last lines are printed and everything stops', async () => {
  const first = await startUntilReady('one')
  const pids = await first.pids()
  const [service] = (await first.state()).services
  process.kill(service?.pid ?? 0, 'SIGKILL')
  expect(await first.exitCode).toBe(1)
  expect(first.output()).toContain(`${service?.name} failed. Its last lines:\n{`)
  expect(pids.filter(isAlive)).toEqual([])
})

test('start: interrupted while it starts, it ends with 0 and stops every process', async () => {
  for (const moment of ['Starting PostgreSQL', 'Starting Redis', 'Preparing']) {
    const first = start('one')
    await first.says(moment)
    first.signal('SIGTERM')
    expect(await first.exitCode).toBe(0)
    expect((await first.pids()).filter(isAlive)).toEqual([])
  }
})

/** Runs `npm start` (without npm) with its data in a folder of this test. */
function start(name: string) {
  const local = join(folder, name)
  const child: ChildProcess = spawn(process.execPath, [join(root, 'tools/start.ts')], {
    env: { ...process.env, FONDASI_LOCAL: local, DATABASE_ADMIN_URL: '', REDIS_URL: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const outputGrew = new EventEmitter()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += String(chunk)
      outputGrew.emit('data')
    })
  }
  const exitCode = once(child, 'close').then(() => child.exitCode)

  /** Resolves when the text was printed. @throws Error with the whole output when the start ends before */
  async function says(text: string): Promise<void> {
    const ended = exitCode.then((code) => {
      throw new Error(`start ended with ${code} before it said "${text}": ${output}`)
    })
    while (!output.includes(text)) await Promise.race([once(outputGrew, 'data'), ended])
    ended.catch(() => {}) // the end that comes later is expected
  }

  const state = async (): Promise<State> => JSON.parse(await readFile(join(local, 'state.json'), 'utf8'))
  const pidIn = async (file: string) =>
    Number.parseInt(await readFile(join(local, file), 'utf8').catch(() => ''), 10)
  const one = {
    pid: child.pid,
    exitCode,
    state,
    output: () => output,
    signal: (signal: NodeJS.Signals) => child.kill(signal),
    says,
    ready: () => says('\nready\n'),
    /** The ids of all processes that it started. */
    pids: async () => {
      const services = (await state().catch(() => undefined))?.services ?? []
      const pids = [await pidIn('postgres/postmaster.pid'), await pidIn('redis/redis.pid')]
      const ofServices = services.flatMap(({ pid, workers }) => [pid, ...workers.map((worker) => worker.pid)])
      return [...pids, ...ofServices].filter((pid) => pid > 0)
    },
    stop: async () => {
      child.kill('SIGTERM')
      await exitCode
    },
  }
  started.push(one)
  return one
}

async function startUntilReady(name: string) {
  const one = start(name)
  await one.ready()
  return one
}

/** We get no event when a process that is not our child ends, so this polls. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(pollMs)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
