import { join } from 'node:path'

/** The repository. */
export const root = join(import.meta.dirname, '..', '..')

/** All that a checkout keeps on this machine; git does not see it. FONDASI_LOCAL puts a second set elsewhere. */
export const localFolder = process.env.FONDASI_LOCAL ?? join(root, '.fondasi')

export const logFolder = join(localFolder, 'logs')
export const postgresData = join(localFolder, 'postgres')
export const redisData = join(localFolder, 'redis')
