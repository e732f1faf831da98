import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal, runQuietly, say } from './run.mjs'

/** pnpm install, unless nothing that decides its result has changed since it last succeeded. */
export async function installDependencies(root, pnpm, env) {
  const stamp = join(root, 'node_modules', '.fondasi-installed')
  const wanted = fingerprint(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing the dependencies that pnpm-lock.yaml lists')
  try {
    await runQuietly([...pnpm, 'install', '--frozen-lockfile'], env, root)
  } catch (error) {
    if (!error.message.includes('ERR_PNPM_OUTDATED_LOCKFILE')) throw error
    throw new Refusal(
      'pnpm-lock.yaml does not fit the package.json files. Bring it up to date: node tools/kit.mjs pnpm install',
    )
  }
  writeFileSync(stamp, wanted)
}

function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests(root)]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** Of the members of the workspace: the lockfile has an entry for each. */
function manifests(root) {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const [importers = ''] = /^importers:\n(?: .*\n|\n)*/m.exec(lockfile) ?? []
  return [...importers.matchAll(/^ {2}(\S+):/gm)].map(([, folder]) => join(folder, 'package.json'))
}
