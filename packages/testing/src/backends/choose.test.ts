import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startBackend } from './choose.ts'
import { findDockerEngine } from './docker-engine.ts'

const quiet = { runId: 'none', say: () => {} }
const nowhere = 'unix:///nonexistent/docker.sock'

/** Starts a server that implements a small part of the engine's HTTP API on a socket. Returns its DOCKER_HOST. */
async function fakeEngine(images: string[], answers = true): Promise<string> {
  const socket = join(tmpdir(), `engine-${randomBytes(4).toString('hex')}.sock`)
  const paths = ['/version', ...images.map((image) => `/images/${image}/json`)]
  const server = createServer((request, response) => {
    if (answers) response.writeHead(paths.includes(request.url ?? '') ? 200 : 404).end('{}')
  })
  await new Promise<void>((resolve) => {
    server.listen(socket, resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `unix://${socket}`
}

test.each([
  ['an unknown backend', { TEST_BACKEND: 'docker' }, 'set it to env, testcontainers or embedded'],
  ['env without URLs', { TEST_BACKEND: 'env' }, 'need both'],
  ['one URL of two', { TEST_REDIS_URL: 'redis://127.0.0.1' }, 'need both'],
  [
    'containers without an engine',
    { TEST_BACKEND: 'testcontainers', DOCKER_HOST: nowhere },
    'no container engine',
  ],
])('choosing: %s is refused with the reason', async (_, env, message) => {
  await expect(startBackend({ ...quiet, env })).rejects.toThrow(message)
})

test('choosing: without an engine, embedded servers are used, and the output says so', async () => {
  const said: string[] = []
  const backend = await startBackend({
    runId: 'none',
    env: { DOCKER_HOST: nowhere },
    say: (line) => said.push(line),
  })
  await backend.stop()
  expect(said).toEqual([expect.stringContaining('embedded, PostgreSQL 18')])
})

test('engine: it must answer in time, and must have every image', async () => {
  expect(await findDockerEngine({ DOCKER_HOST: nowhere })).toBeUndefined()
  expect(await findDockerEngine({ DOCKER_HOST: await fakeEngine([], false) })).toBeUndefined()
  const engine = await findDockerEngine({ DOCKER_HOST: await fakeEngine(['postgres:18']) })
  expect(await engine?.hasImages(['postgres:18'])).toBe(true)
  expect(await engine?.hasImages(['postgres:18', 'redis:8'])).toBe(false)
})
