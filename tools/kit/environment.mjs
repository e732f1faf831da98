import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Our environment, made fit for a bare container too: FONDASI_CACHE is a folder for what can be fetched again
 * (in the user's cache, so that checkouts share it), HOME one that npm and pnpm can keep their files in.
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
  // Node keeps what it has compiled, types stripped: the next start of a program takes half the time.
  const compiled = process.env.NODE_COMPILE_CACHE ?? join(cache, 'compiled')
  const env = { ...process.env, FONDASI_CACHE: cache, NODE_COMPILE_CACHE: compiled }
  // npm tells its scripts where its cache is: below the home that cannot be written to.
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
