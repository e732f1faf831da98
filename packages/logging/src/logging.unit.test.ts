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

test('secrets are redacted up to three levels deep', () => {
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

test('lines carry name, level word and a UTC time', () => {
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

test('the values of a failed query are left out, the query and its cause are not', () => {
  const { lines, log } = capture()
  const value = 'siti@example.com\n    line'
  const cause = Object.assign(new Error('duplicate key'), {
    detail: `Key (email)=(${value}) already exists.`,
  })
  // The form of drizzle's DrizzleQueryError.
  const error = Object.assign(new Error(`Failed query: select 1\nparams: ${value},2`, { cause }), {
    query: 'select 1',
    params: [value, 2],
  })
  log.error({ err: new Error('outer', { cause: error }) }, 'failed')
  expect(lines[0]).not.toContain('siti')
  expect(lines[0]).toContain('Failed query: select 1')
  expect(lines[0]).toContain('duplicate key')
  expect(lines[0]).toContain('logging.unit.test.ts')
})
