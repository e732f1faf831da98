import { createLogger } from '@fondasi/logging'
import { createDb, createPool } from '@fondasi/postgres'
import { readConfig } from './config.ts'
import { synonyms } from './db/schema.ts'

// One-shot: the demo's shop. Run again it changes nothing. Made-up products have no business in production.
const config = readConfig(process.env)
const log = createLogger({ name: 'catalog-seed', level: config.LOG_LEVEL })
if (config.NODE_ENV === 'production') {
  log.error('seeding refuses production')
  process.exit(1)
}

const pool = createPool({ url: config.DATABASE_URL, applicationName: 'catalog-seed', log })
const now = new Date()
const meanings = {
  hp: ['handphone', 'ponsel', 'phone'],
  ponsel: ['phone', 'handphone'],
  laptop: ['notebook'],
}
await createDb(pool)
  .insert(synonyms)
  .values(Object.entries(meanings).map(([term, replacements]) => ({ term, replacements, createdAt: now })))
  .onConflictDoNothing({ target: synonyms.term })
await pool.end()
log.info('the demo shop is there')
