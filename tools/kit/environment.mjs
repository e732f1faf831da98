import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The environment for everything that we start, which works in a bare container too. FONDASI_CACHE is a folder for
 * downloads, in the user's cache so that checkouts share it. HOME is a folder where npm and pnpm can write.
 */
export function environment(root) {
  const { FONDASI_CACHE, XDG_CACHE_HOME } = process.env
  const home = userHome()
  const cache = [
    FONDASI_CACHE,
    XDG_CACHE_HOME && join(XDG_CACHE_HOME, 'fondasi'),
    home && join(home, '.cache', 'fondasi'),
    join(root, '.fondasi', 'cache'), // users without a home: `nobody`, any number in a container
  ].find((folder) => folder && isWritable(folder))
  // Node caches compiled modules with their types stripped, which halves the time of the next start of a program.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(cache, 'compiled')
  const env = { ...process.env, FONDASI_CACHE: cache, NODE_COMPILE_CACHE: compiled }
  // npm has set npm_config_cache for its scripts, to a folder in the home that is not writable.
  return home ? { ...env, HOME: home } : { ...env, HOME: cache, npm_config_cache: join(cache, '.npm') }
}

function userHome() {
  try {
    const home = process.env.HOME || homedir() // throws for a user without an entry in /etc/passwd
    return existsSync(home) && isWritable(home) ? home : undefined
  } catch {
    return undefined
  }
}

function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
