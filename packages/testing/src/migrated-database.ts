import { type DatabaseAccess, migrate, provisionDatabase } from '@fondasi/postgres'
import { pino } from 'pino'

/** Creates a database with the roles of production and migrates it. No database of that name may exist. */
export async function createMigratedDatabase(options: {
  adminUrl: string
  name: string
  migrationsFolder: string
  passwords?: { migrator: string; runtime: string }
}): Promise<DatabaseAccess> {
  const {
    adminUrl,
    name,
    migrationsFolder,
    passwords = { migrator: 'migrator', runtime: 'runtime' },
  } = options
  const access = await provisionDatabase({ adminUrl, name, passwords })
  const { migratorUrl: url, ownerRole } = access
  await migrate({ url, ownerRole, migrationsFolder, log: pino({ level: 'silent' }) })
  return access
}
