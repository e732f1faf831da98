import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLogger } from './index.ts'

function capture() {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  return { lines, log: createLogger({ name: 'test', level: 'info', destination }) }
}

test('secrets are redacted at the top level and in the bodies and headers of requests', () => {
  const { lines, log } = capture()
  log.info(
    {
      password: 'hunter2',
      body: { refreshToken: 'hunter2' },
      req: { headers: { authorization: 'hunter2', cookie: 'hunter2' } },
    },
    'x',
  )
  expect(lines[0]).not.toContain('hunter2')
  expect(lines[0]).toContain('[redacted]')
})

test('lines have the name, the level as a word and a UTC time', () => {
  const { lines, log } = capture()
  log.warn('careful')
  const line: unknown = JSON.parse(lines[0] ?? '')
  expect(line).toMatchObject({
    name: 'test',
    level: 'warn',
    msg: 'careful',
    time: expect.stringMatching(/Z$/),
  })
})

test('an error keeps its chain of causes', () => {
  const { lines, log } = capture()
  log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed')
  expect(lines[0]).toContain('inner')
})

test('the error of a query keeps the query and loses its parameters', () => {
  const { lines, log } = capture()
  const error = Object.assign(new Error('Failed query: select $1\nparams: hunter2'), {
    query: 'select $1',
    params: ['hunter2'],
    cause: Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }),
  })
  log.error({ err: error }, 'failed')
  expect(lines[0]).not.toContain('hunter2')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    err: { message: 'Failed query: select $1', cause: { code: 'ECONNREFUSED' } },
  })
})
