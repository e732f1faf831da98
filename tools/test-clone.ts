// npm run test:clone: starts and tests a fresh clone of the last commit, as somebody does who never had it before.
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proveFreshFolder } from './checks/fresh-folder.ts'
import { root } from './local/paths.ts'

const parent = await mkdtemp(join(tmpdir(), 'fresh clone '))
try {
  const folder = join(parent, 'clone')
  execFileSync('git', ['clone', '--quiet', '--', root, folder])
  console.log(`\n${(await proveFreshFolder(folder)).join('\n')}`)
} finally {
  await rm(parent, { recursive: true, force: true })
}
