import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)
const program = `
  import { createLogger } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}
  const log = createLogger({ name: 'test', level: 'info' })
  log.info('the last but one')
  log.info('the last')
  await new Promise((resolve) => log.flush(resolve))
  process.exit()`

test('a process that flushes its log before it exits writes its last lines, in order', async () => {
  // Without the flush, every other run swaps them.
  const outputs = await Promise.all(
    Array.from({ length: 12 }, () => run(process.execPath, ['--input-type=module', '--eval', program])),
  )
  const messages = outputs.map(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).msg),
  )
  expect(messages).toEqual(outputs.map(() => ['the last but one', 'the last']))
})
