import { type DatabaseAccess, migrate, provisionDatabase } from '@fondasi/postgres'
import { pino } from 'pino'

/** Makes a database with production's roles and migrates it, on a server where its name is free. */
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
