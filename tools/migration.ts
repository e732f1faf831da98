// npm run migration -- auth add-nickname: writes the migration for a change of an app's schema.ts.
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { generateMigration, migrationFiles, recordHashes } from './migration/migrations.ts'
import { services } from './services.ts'

const { values, positionals } = readCommandLine('migration', {
  allowPositionals: true,
  options: {
    custom: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
})
const [app, name, ...rest] = positionals
const service = services.find((candidate) => candidate.name === app)
if (!service) exitWithUsage('migration', app === undefined ? undefined : `There is no app ${app}.`)
const { folder } = service

if (values.record) {
  if (name !== undefined || values.custom) exitWithUsage('migration')
  recordHashes(folder)
  console.log(`Recorded the hash of ${folder}/migrations/${migrationFiles(folder).at(-1)}`)
} else {
  if (name === undefined || rest.length > 0 || !/^[a-z][a-z0-9-]*$/.test(name))
    exitWithUsage('migration', 'A name has lower-case letters, digits and hyphens, such as add-nickname.')
  const before = migrationFiles(folder)
  const args = [`--name=${name.replaceAll('-', '_')}`, ...(values.custom ? ['--custom'] : [])]
  if (!generateMigration(folder, args)) process.exit(1)
  const [made] = migrationFiles(folder).filter((file) => !before.includes(file))
  if (made === undefined) {
    console.log(
      `${folder}/src/db/schema.ts has no change without a migration. Change it first, or use --custom.`,
    )
    process.exit(1)
  }
  recordHashes(folder)
  console.log(`Read ${folder}/migrations/${made}. The next npm start applies it.
If you edit it before anybody has applied it: npm run migration -- ${app} --record`)
}
