import { parseArgs } from 'node:util'
import { createLogger } from '@fondasi/logging'
import { createMetrics } from '@fondasi/metrics'
import { createDb, createPool } from '@fondasi/postgres'
import { writeDemoShop } from '../demo-shop/write.ts'
import { readConfig } from './config.ts'
import { createSearchIndex } from './features/search-index/service.ts'
import { createCatalogMetrics } from './metrics.ts'

// One-shot: the demo's shop, by default 5,000 made-up products, with --scale more of them. Run again it changes
// nothing. Made-up products have no business in production.
const { values } = parseArgs({ options: { scale: { type: 'string', default: '5000' } } })
const size = Number(values.scale)
const config = readConfig(process.env)
const log = createLogger({ name: 'catalog-seed', level: config.LOG_LEVEL })
if (config.NODE_ENV === 'production' || !(size >= 0)) {
  log.error('seeding wants --scale NUMBER and refuses production')
  process.exit(1)
}

const pool = createPool({ url: config.DATABASE_URL, applicationName: 'catalog-seed', log })
const db = createDb(pool)
const catalogMetrics = createCatalogMetrics(
  createMetrics({ service: 'catalog-seed', version: '0.1.0' }).registry,
)
await writeDemoShop(db, size, (written) => log.info({ written, of: size }, 'products'))
await createSearchIndex({ db, log, clock: () => new Date(), catalogMetrics }).refreshWhenDue()
await pool.end()
log.info({ products: size }, 'the demo shop is there')
