import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startPostgres } from './postgres.ts'
import { isProcessOf } from './process-identity.ts'
import type { EmbeddedServer } from './server.ts'
import { postgresUser } from './unprivileged-user.ts'

// The tests start many servers. These limits only end a test that hangs.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 })

let folder: string
let dataDir: string
const started: EmbeddedServer[] = []

beforeEach(async () => {
  // A space and quotes: no program that gets the path may split it or stop at them.
  folder = await mkdtemp(join(tmpdir(), `it's a "postgres" `))
  dataDir = join(folder, 'data')
})

afterEach(async () => {
  for (const server of started.splice(0)) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

test('postgres: data and password survive a stop', async () => {
  const first = await start()
  await query(first.url, 'create table kept (n int); insert into kept values (1)')
  await first.stop()

  const second = await start()
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
  expect(new URL(second.url).password).toBe(new URL(first.url).password)
})

test('postgres: lower-cases and sorts by Unicode', async () => {
  const { url } = await start()
  expect(
    await query(url, `select lower('ÉÄ') as lower, current_setting('server_encoding') as encoding`),
  ).toEqual([{ lower: 'éä', encoding: 'UTF8' }])
})

test('postgres: a login without the password is refused', async () => {
  const url = new URL((await start()).url)
  url.password = 'guess'
  await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('postgres: committed rows survive a kill of the server', async () => {
  const first = await start({ durable: true })
  await query(first.url, 'create table kept (n int); insert into kept values (1)')
  first.kill()
  await first.exited

  const second = await start()
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 1 }])
})

test('postgres: a second start on a running folder is refused and harms nothing', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow(`already runs on ${dataDir}`)
  expect(await query(first.url, 'select 1 as n')).toEqual([{ n: 1 }])
})

test('postgres: of two starts at once on a new folder, one wins', async () => {
  const starts = await Promise.allSettled([start(), start()])
  expect(starts.map((result) => result.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect(await readdir(folder)).toEqual(['data'])
})

test('postgres: a stale pid file that names a living process of another program does not block the start', async () => {
  const first = await start()
  const pidFile = join(dataDir, 'postmaster.pid')
  const left = await readFile(pidFile, 'utf8')
  await first.stop()
  // The process belongs to the same user, because PostgreSQL itself ignores processes of other users.
  const stranger = spawn('sleep', ['1000'], { ...postgresUser })
  try {
    await writeFile(pidFile, left.replace(/^\d+/, String(stranger.pid)))
    expect((await start()).pid).not.toBe(first.pid)
  } finally {
    stranger.kill()
  }
})

test('postgres: a folder that holds something else is refused and left alone', async () => {
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'letter.txt'), 'dear reader')
  await expect(start()).rejects.toThrow('not a complete PostgreSQL data folder')
  expect(await readdir(dataDir)).toEqual(['letter.txt'])
})

test('postgres: data of another major version is refused with the reason', async () => {
  await (await start()).stop()
  await writeFile(join(dataDir, 'PG_VERSION'), '15\n')
  await expect(start()).rejects.toThrow('made by PostgreSQL 15')
})

test('postgres: if the preferred port is taken, it uses the next free one', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  const address = squatter.address()
  const taken = address !== null && typeof address === 'object' ? address.port : 0
  try {
    const { url, port } = await start({ port: taken })
    expect(port).toBeGreaterThan(taken)
    expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
  } finally {
    squatter.close()
  }
})

// Early kills hit initdb, later ones hit the server's start, and the last one hits a ready server.
const killsAfterMs = [50, 150, 250, 350, 500, 700]

test('postgres: when its parent is killed at any time, no process is left and the next start works', async () => {
  const module = new URL('./postgres.ts', import.meta.url).href
  const script = `
    import { startPostgres } from ${JSON.stringify(module)}
    await startPostgres({ dataDir: process.argv[1], durable: false })
    setInterval(() => {}, 9999)`
  for (const afterMs of killsAfterMs) {
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script, dataDir], {
      stdio: 'ignore',
    })
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    parent.kill('SIGKILL')
    await vi.waitFor(async () => expect(await processesOf(dataDir)).toEqual([]), 60_000)
  }
  const { url } = await start()
  expect(await query(url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(await readdir(folder)).toEqual(['data'])
})

async function start(options: { port?: number; durable?: boolean } = {}): Promise<EmbeddedServer> {
  const server = await startPostgres({ dataDir, durable: false, ...options })
  started.push(server)
  return server
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url)
  await client.connect()
  try {
    return (await client.query(sql)).rows ?? []
  } finally {
    await client.end()
  }
}

// Finds initdb by its temporary folder, whose name begins with the data folder's.
async function processesOf(path: string): Promise<number[]> {
  const pids = process.platform === 'linux' ? (await readdir('/proc')).map(Number) : []
  const found = await Promise.all(
    pids.filter(Number.isInteger).map(async (pid) => ((await isProcessOf(pid, path)) ? [pid] : [])),
  )
  return found.flat()
}
