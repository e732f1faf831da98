import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { readConfig } from './config.ts'

// One-shot, as every app has one. There is nothing to seed: jobs come from clients.
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'jobs-seed', level: config.LOG_LEVEL })
if (config.NODE_ENV === 'production') {
  log.error('seeding refuses to run in production')
  process.exit(1)
}
log.info('nothing to seed')
