// A relay as a separate process, for tests to kill: `node relay-process.ts DATABASE_URL HANDLER_TIMEOUT_MS`.
// It prints "handling <id>" for each message and never finishes one.
import { createDb, createPool } from '@fondasi/postgres'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { createRelay } from '../src/index.ts'

const [url = '', handlerTimeoutMs] = process.argv.slice(2)
const log = pino({ level: 'silent' })
createRelay({
  db: createDb(createPool({ url, applicationName: 'relay-process', log })),
  listenUrl: url,
  log,
  registry: new Registry(),
  handlerTimeoutMs: Number(handlerTimeoutMs),
  handlers: {
    work: async ({ id }) => {
      console.log(`handling ${id}`)
      await new Promise(() => {})
    },
  },
}).start()
