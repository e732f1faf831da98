// npm run reset: deletes the local databases, logs and secrets. The next start makes new ones.
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { deleteData } from '@fondasi/embedded'
import { claimCheckout } from './local/claim.ts'
import { readCommandLine } from './local/command-line.ts'
import { localFolder, postgresData, redisData } from './local/paths.ts'

// Any argument ends it: somebody who gives one, such as --help, does not want to lose the data.
readCommandLine('reset', {})

const holder = await claimCheckout()
if (holder !== undefined) {
  console.error(`It is running, as process ${holder}: stop it first.`)
  process.exit(1)
}
await deleteData(postgresData)
await deleteData(redisData)
for (const name of await readdir(localFolder)) {
  // For a user without a home, this checkout's cache contains the Node that runs this program.
  if (name !== 'cache') await rm(join(localFolder, name), { recursive: true, force: true })
}
console.log('Deleted the local data.')
