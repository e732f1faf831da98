import { createServiceToken } from '@fondasi/access'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createDb, createPool } from '@fondasi/postgres'
import { type Config, readConfig } from './config.ts'
import { serveTasks } from './features/heavy/task.ts'
import { createThumbnailTask } from './features/images/thumbnail.ts'
import { createReportTask } from './features/reports/create-report.ts'
import { createProductsSource } from './features/reports/products-source.ts'
import type { Source } from './features/reports/report.ts'

// A child process of the worker, for work that would block its event loop. features/heavy/child-processes.ts starts it.
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'jobs-heavy', level: config.LOG_LEVEL })
// A task runs one query at a time, and reads a blob while it writes another.
const pool = createPool({ url: config.DATABASE_URL, max: 2, applicationName: 'jobs-heavy', log })
const files = { db: createDb(pool), keepDays: config.FILE_RETENTION_DAYS }
serveTasks({
  thumbnail: createThumbnailTask(files),
  report: createReportTask({ ...files, products: productsOf(config) }),
})

function productsOf(config: Config): Source | undefined {
  const {
    CATALOG_URL: catalogUrl,
    AUTH_URL: authUrl,
    AUTH_CLIENT_ID: clientId,
    AUTH_CLIENT_SECRET: clientSecret,
  } = config
  if (catalogUrl === undefined || authUrl === undefined || clientSecret === undefined) return undefined
  const token = createServiceToken({ authUrl, clientId, clientSecret, clock: () => new Date() })
  return createProductsSource({ catalogUrl, token })
}
