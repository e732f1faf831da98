import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deleteData, type EmbeddedServer, startPostgres } from '@fondasi/embedded'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Service } from '../services.ts'
import { type Part, startServices } from './start-services.ts'

/** A process that listens on the port in the variable, and is ready from a request on. It responds with its settings. */
const program = (portVariable: string, readyFromRequest: number) => `
import { createServer } from 'node:http'
let requests = 0
createServer((request, response) => {
  requests += 1
  response.writeHead(requests < ${readyFromRequest} ? 503 : 200).end(JSON.stringify({ requests, env: process.env }))
}).listen(Number(process.env.${portVariable}), '127.0.0.1', () => console.log('{"msg":"listening"}'))
`

let folder: string
let postgres: EmbeddedServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fondasi-start-'))
  // When root runs it, PostgreSQL runs as another user, who must be able to enter the folder.
  await chmod(folder, 0o755)
  postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
})
afterAll(async () => {
  await postgres.stop()
  await deleteData(join(folder, 'postgres'))
  await rm(folder, { recursive: true, force: true })
})

async function write(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, text)
  return path
}

/** Starts a service with a main process and a worker. */
async function start(worker: string) {
  const service: Service = {
    name: 'starttest',
    title: 'A service of a test',
    // It has the migrations of a table that nobody uses.
    folder: 'packages/testing/test',
    port: 4301,
    adminPort: 4401,
    healthPath: '/readyz',
    docsPath: '/docs',
    migrate: '',
    seed: await write('seed.mjs', ''),
    main: await write('main.mjs', program('PORT', 1)),
    workers: [{ name: 'starttest-worker', main: await write('worker.mjs', worker), adminPort: 4411 }],
    clientScopes: [],
    settings: () => ({}),
  }
  const parts: Part[] = []
  onTestFinished(async () => {
    await Promise.all(parts.map(({ process }) => process.stop()))
  })
  const starting = startServices({
    chosen: [service],
    postgresUrl: postgres.url,
    redisUrl: 'redis://127.0.0.1:1',
    smtpUrl: 'smtp://127.0.0.1:1',
    secret: (name) => name,
    watch: false,
    say: () => {},
    interrupted: new AbortController().signal,
    parts,
  })
  return { starting, parts }
}

type Answer = { requests: number; env: Record<string, string> }

async function askAt(url = ''): Promise<Answer> {
  const answer: Answer = JSON.parse(await (await fetch(url)).text())
  return answer
}

test('start: a worker runs beside its service, with the same settings and an admin port of its own', async () => {
  const { starting, parts } = await start(program('WORKER_ADMIN_PORT', 1))
  const [running] = await starting
  expect(parts.map(({ name }) => name)).toEqual(['starttest', 'starttest-worker'])
  const [worker] = running?.workers ?? []
  expect(worker).toMatchObject({ name: 'starttest-worker', pid: parts[1]?.process.pid })
  const [ofMain, ofWorker] = await Promise.all([askAt(running?.url), askAt(worker?.adminUrl)])
  expect(ofWorker.env).toEqual({ ...ofMain.env, WORKER_ADMIN_PORT: new URL(worker?.adminUrl ?? '').port })
  expect(ofWorker.env).toMatchObject({ SMTP_URL: 'smtp://127.0.0.1:1' })
})

test('start: the service is not ready before its worker is', async () => {
  const { starting } = await start(program('WORKER_ADMIN_PORT', 5))
  const [running] = await starting
  expect((await askAt(running?.workers[0]?.adminUrl)).requests).toBeGreaterThan(5)
})

test('start: a worker that ends fails the start, with its last lines', async () => {
  const { starting } = await start(`console.error('no queue'); process.exit(1)`)
  await expect(starting).rejects.toThrow('starttest-worker failed. Its last lines:\nno queue')
})
