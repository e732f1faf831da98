import { parseArgs } from 'node:util'
import { configOrExit } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createDb, createPool } from '@fondasi/postgres'
import { writeDemoShop } from '../demo-shop/write.ts'
import { readConfig } from './config.ts'
import { createSearchIndex } from './features/search-index/service.ts'
import { createCatalogMetrics } from './metrics.ts'

// One-shot: fills the demo shop with made-up products, 5,000 of them or as many as --scale says. It adds only the missing
// ones, so a second run changes nothing. It refuses to run in production.
const progressEveryMs = 1_000
const { values } = parseArgs({ options: { scale: { type: 'string', default: '5000' } } })
const size = Number(values.scale)
const config = configOrExit(() => readConfig(process.env))
const log = createLogger({ name: 'catalog-seed', level: config.LOG_LEVEL })
if (config.NODE_ENV === 'production' || !(size >= 1)) {
  log.error('seeding needs --scale NUMBER and refuses to run in production')
  process.exit(1)
}

const pool = createPool({ url: config.DATABASE_URL, applicationName: 'catalog-seed', log })
const db = createDb(pool)
const catalogMetrics = createCatalogMetrics(
  createMetrics({ service: 'catalog-seed', version: '0.1.0' }).registry,
)
const startedAt = performance.now()
let shownAt = startedAt
const added = await writeDemoShop(db, size, (written, before) => {
  const now = performance.now()
  if (now - shownAt < progressEveryMs && written < size) return
  shownAt = now
  const perSecond = ((written - before) * 1_000) / (now - startedAt)
  const secondsLeft = Math.ceil((size - written) / perSecond)
  log.info({ written, of: size, perSecond: Math.round(perSecond), secondsLeft }, 'products')
})
if (added > 0) {
  log.info({ products: size }, 'refreshing the search index')
  await createSearchIndex({ db, log, clock: () => new Date(), catalogMetrics }).refresh()
}
await pool.end()
log.info({ products: size, added }, 'the demo shop is ready')
