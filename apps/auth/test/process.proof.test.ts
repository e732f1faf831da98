import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { waitFor } from '@fondasi/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { settings } from '../src/config.ts'
import {
  hangMs,
  type ProcessBackend,
  spawnAuth,
  startAuthProcess,
  startProcessBackend,
} from './auth-process.ts'

// The real program: how it refuses to start, and how it stops.

let backend: ProcessBackend
beforeAll(async () => {
  backend = await startProcessBackend()
})
afterAll(() => backend?.close())

/** Runs the program until it exits. @returns its exit code and its output */
async function run(env: Record<string, string>) {
  const { exited, log, errors } = spawnAuth(env)
  const code = await exited
  return { code, output: errors() + JSON.stringify(log) }
}

describe('the configuration', () => {
  test('if wrong: exit code 1 and one message that names every problem', async () => {
    const { code, output } = await run({
      NODE_ENV: 'production',
      PORT: 'eighty',
      AUTH_MASTER_KEY: 'short',
      TRUSTED_PROXIES: 'everybody',
      REDIS_URL: 'not a url',
      PASSWORD_MIN_LENGTH: '4',
      PUBLIC_URL: 'http://shop.example/auth',
    })
    expect(code).toBe(1)
    const wrong = [
      'PORT',
      'AUTH_MASTER_KEY',
      'TRUSTED_PROXIES',
      'REDIS_URL',
      'PASSWORD_MIN_LENGTH',
      'DATABASE_URL',
    ]
    // Required in production only.
    wrong.push('COOKIE_SECURE', 'SMTP_URL', 'PUBLIC_URL')
    expect(output).toContain(`The configuration has ${wrong.length} problems`)
    for (const name of wrong) expect(output).toContain(`  - ${name}: `)
  })

  test('production refuses demo secrets, and names the settings without their values', async () => {
    const { demo } = settings.shape.AUTH_MASTER_KEY.meta() ?? {}
    const { code, output } = await run({
      ...backend.env,
      NODE_ENV: 'production',
      COOKIE_SECURE: 'true',
      SMTP_URL: 'smtp://127.0.0.1:1',
      AUTH_MASTER_KEY: String(demo),
    })
    expect(code).toBe(1)
    expect(output).toContain('AUTH_MASTER_KEY: is the demo value')
    expect(output).not.toContain(String(demo))
  })
})

describe('SIGTERM', () => {
  test('under load from 20 keep-alive connections: no accepted request is dropped, exit code 0', async () => {
    const auth = await startAuthProcess(backend)
    onTestFinished(() => auth.kill())
    let answered = 0

    /** One connection, used until the service asks to close it. @returns why it ended */
    const client = async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      onTestFinished(() => agent.destroy())
      for (;;) {
        const end = await new Promise<string | undefined>((resolve) => {
          const asked = request(`${auth.url}/.well-known/jwks.json`, { agent }, (response) => {
            response.resume()
            response.on('error', (error) => resolve(error.message))
            response.on('end', () => {
              answered += 1
              const { statusCode, headers } = response
              const last = headers.connection === 'close' ? 'asked to close' : undefined
              resolve(statusCode === 200 ? last : `status ${statusCode}`)
            })
          })
          asked.on('error', (error) => resolve(error.message))
          asked.end()
        })
        if (end !== undefined) return end
      }
    }
    const clients = Promise.all(Array.from({ length: 20 }, client))
    await waitFor(() => answered >= 200, { what: 'load', timeoutMs: hangMs })

    auth.child.kill('SIGTERM')
    expect(await clients).toEqual(Array(20).fill('asked to close'))
    expect(await auth.exited).toBe(0)
    expect(auth.log.at(-1)).toMatchObject({ msg: 'stopped' })
  })

  test('a second signal ends the process at once', async () => {
    const auth = await startAuthProcess(backend)
    onTestFinished(() => auth.kill())
    // While the process is stopped, both signals arrive. So the second one is never too late, however slow the machine.
    for (const signal of ['SIGSTOP', 'SIGTERM', 'SIGINT', 'SIGCONT'] as const) auth.child.kill(signal)
    expect(await auth.exited).toBe(1)
    const messages = auth.log.map(({ msg }) => msg)
    expect(messages).not.toContain('stopped')
    expect(messages).not.toContain('the shutdown took too long; ending the process')
  })

  test('while it drains it is not ready, and its responses close their connections', async () => {
    const auth = await startAuthProcess(backend)
    onTestFinished(() => auth.kill())
    expect((await auth.request('/readyz')).status).toBe(200)
    // Half a request keeps its connection, so that the rest can arrive however long the signal takes.
    const { hostname, port } = new URL(auth.url)
    const socket = connect(Number(port), hostname).setEncoding('utf8')
    onTestFinished(() => void socket.destroy())
    let response = ''
    socket.on('data', (text: string) => {
      response += text
    })
    socket.write('GET /readyz HTTP/1.1\r\nHost: auth\r\n')
    await once(socket, 'connect')
    // The server has read the half request before it responds to this one.
    await auth.request('/readyz')
    auth.child.kill('SIGTERM')
    await waitFor(() => auth.log.some(({ msg }) => msg === 'stopping'), {
      what: 'the signal to arrive',
      timeoutMs: hangMs,
    })
    socket.write('\r\n')
    await once(socket, 'close')
    expect(response).toMatch(/^HTTP\/1.1 503 /)
    expect(response).toMatch(/\r\nconnection: close\r\n/i)
    expect(await auth.exited).toBe(0)
  })
})
