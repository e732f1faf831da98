import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { hashOf, migrationFiles, missingMigration, readHashes } from '../../migration/migrations.ts'
import { services } from '../../services.ts'

/** drizzle-kit needs two seconds of CPU, which can take a minute on a busy machine. */
const drizzleKitTimeoutMs = 600_000

describe.each(services)('migrations of $name', ({ name, folder }) => {
  test('cover every change of the schema', { timeout: drizzleKitTimeoutMs }, () => {
    const copy = mkdtempSync(join(tmpdir(), 'migrations-'))
    onTestFinished(() => rmSync(copy, { recursive: true }))
    cpSync(join(root, folder, 'migrations'), copy, { recursive: true })
    const advice = `${folder}/src/db/schema.ts has changes without a migration: npm run migration -- ${name} WHAT-CHANGED`
    expect(missingMigration(folder, relative(join(root, folder), copy)), advice).toBeUndefined()
  })

  test('are unchanged since they were made', () => {
    const recorded = readHashes(folder)
    const files = migrationFiles(folder)
    const edited = files.filter((file) => recorded[file] !== hashOf(folder, file))
    const advice = edited.map(
      (
        file,
      ) => `${folder}/migrations/${file} was edited after it was made. Databases that have it would not get the change.
Restore it (git checkout) and make a new one: npm run migration -- ${name} WHAT-CHANGED
If it is the newest and nobody has applied it: npm run migration -- ${name} --record`,
    )
    expect(edited, advice.join('\n')).toEqual([])
    expect(Object.keys(recorded), 'hashes.json names every migration that there is').toEqual(files)
  })
})
