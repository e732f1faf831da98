import { join } from 'node:path'

/** The repository. */
export const root = join(import.meta.dirname, '..', '..')

/** Everything that a checkout keeps on this machine, ignored by git. FONDASI_LOCAL names another folder for a second set. */
export const localFolder = process.env.FONDASI_LOCAL ?? join(root, '.fondasi')

export const logFolder = join(localFolder, 'logs')
export const postgresData = join(localFolder, 'postgres')
export const redisData = join(localFolder, 'redis')
