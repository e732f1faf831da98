import { fileURLToPath } from 'node:url'
import { loadConfig } from '@fondasi/config'
import { createLogger } from '@fondasi/logging'
import { migrate } from '@fondasi/postgres'
import { z } from 'zod'

// One-shot: brings the database to the newest schema. It logs in as the migrator, never as the role that serves.
const config = loadConfig(
  z.object({
    DATABASE_MIGRATOR_URL: z
      .url()
      .meta({ description: 'PostgreSQL, as the role that may migrate', secret: true }),
    DATABASE_OWNER_ROLE: z
      .string()
      .default('catalog_owner')
      .meta({ description: 'The role that owns the tables' }),
  }),
  process.env,
)

await migrate({
  url: config.DATABASE_MIGRATOR_URL,
  ownerRole: config.DATABASE_OWNER_ROLE,
  migrationsFolder: fileURLToPath(new URL('../migrations', import.meta.url)),
  log: createLogger({ name: 'catalog-migrate', level: 'info' }),
})
