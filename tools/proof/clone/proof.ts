import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../../local/paths.ts'
import { proveFreshFolder } from '../fresh-folder.ts'

/** Starts and tests a fresh clone of the last commit, as somebody does who has never had it before. */
export async function prove(): Promise<void> {
  const parent = await mkdtemp(join(tmpdir(), 'fresh clone '))
  try {
    const folder = join(parent, 'clone')
    execFileSync('git', ['clone', '--quiet', '--', root, folder])
    console.log(`\n${(await proveFreshFolder(folder)).join('\n')}`)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}
