import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../local/paths.ts'

// A database applies each migration once, so one that somebody may have applied must never change. migrations/hashes.json
// has the hash of each migration from when it was made, and a test compares.

/** The files of an app's migrations, in the order in which they are applied. */
export function migrationFiles(folder: string): string[] {
  const names = readdirSync(join(root, folder, 'migrations')).filter((name) => name.endsWith('.sql'))
  return names.toSorted()
}

export function hashOf(folder: string, file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(root, folder, 'migrations', file)))
    .digest('hex')
}

export function readHashes(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(hashFile(folder), 'utf8'))
}

/** Adds the hashes of new migrations, and replaces the hash of the newest. Older hashes do not change. */
export function recordHashes(folder: string): void {
  const recorded = readHashes(folder)
  const files = migrationFiles(folder)
  const hashes = files.map((file) => {
    const known = file === files.at(-1) ? undefined : recorded[file]
    return [file, known ?? hashOf(folder, file)] as const
  })
  writeFileSync(hashFile(folder), `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`)
}

/** Runs `drizzle-kit generate` in an app's folder: on our terminal, where it may ask whether a column was renamed. */
export function generateMigration(folder: string, args: readonly string[]): boolean {
  return drizzleKit(folder, args, 'inherit').status === 0
}

/**
 * Whether the schema has a change without a migration.
 * @param copy a copy of the app's migrations, relative to its folder: drizzle-kit writes to it
 * @returns what drizzle-kit printed, when it would make a migration or wanted to ask something; else undefined
 */
export function missingMigration(folder: string, copy: string): string | undefined {
  const source = ['--dialect=postgresql', '--schema=./src/db/schema.ts', `--out=${copy}`]
  const { status, stdout, stderr } = drizzleKit(folder, source, 'ignore')
  return status === 0 && stdout.includes('No schema changes') ? undefined : `${stdout}${stderr}`
}

function drizzleKit(folder: string, args: readonly string[], terminal: 'inherit' | 'ignore') {
  const program = join('node_modules', 'drizzle-kit', 'bin.cjs')
  return spawnSync(process.execPath, [program, 'generate', ...args], {
    cwd: join(root, folder),
    encoding: 'utf8',
    stdio: terminal === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
}

function hashFile(folder: string): string {
  return join(root, folder, 'migrations', 'hashes.json')
}
