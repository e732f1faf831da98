// npm run kit:diff -- PATH-OR-URL [REVISION]: in an ejected repository, prints what has changed in the kit since, in files
// that are unedited here, as a patch for `git apply`. The names of files to compare by hand go to stderr.
import { changesSince } from './kit-diff/changes.ts'
import { readRecord } from './kit-diff/record.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { root } from './local/paths.ts'

const { positionals } = readCommandLine('kit:diff', { allowPositionals: true })
try {
  const record = await readRecord(root)
  const [kit = record.madeFrom.repository, revision = 'HEAD', ...rest] = positionals
  if (kit === undefined || rest.length > 0) exitWithUsage('kit:diff')
  const { patch, touched, gone, hasUncommitted } = await changesSince(record, { folder: root, kit, revision })
  process.stdout.write(patch)
  for (const path of touched) console.error(`changed here and in the kit: ${path}`)
  for (const path of gone) console.error(`no longer in the kit: ${path}`)
  if (hasUncommitted) console.error('The kit has uncommitted changes. Commit them there to include them.')
  if (patch === '' && touched.length + gone.length === 0) console.error('Nothing changed in the kit.')
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
