import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal, runQuietly, say } from './run.mjs'

// A changed package.json, and a new folder.
const outdatedLockfile = /ERR_PNPM_(OUTDATED_LOCKFILE|PACKAGE_MANAGER_NO_IMPORTER)/

/** Runs pnpm install, unless its inputs are unchanged since it last succeeded. */
export async function installDependencies(root, pnpm, env) {
  const stamp = join(root, 'node_modules', '.fondasi-installed')
  const wanted = fingerprint(root)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Installing the dependencies that pnpm-lock.yaml lists')
  try {
    await runQuietly([...pnpm, 'install', '--frozen-lockfile'], env, root)
  } catch (error) {
    if (!outdatedLockfile.test(error.message)) throw error
    await updateLockfile(root, pnpm, env)
  }
  // Computed again: the lockfile may have changed.
  writeFileSync(stamp, fingerprint(root))
}

/** After a package.json has changed, or a new folder has joined the workspace. */
async function updateLockfile(root, pnpm, env) {
  if (env.CI) {
    throw new Refusal(
      'pnpm-lock.yaml does not match the package.json files. On your machine, run npm test and commit pnpm-lock.yaml.',
    )
  }
  say('pnpm-lock.yaml does not match the package.json files: updating it. Commit it with your change.')
  await runQuietly([...pnpm, 'install', '--no-frozen-lockfile'], env, root)
}

function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests(root)]) {
    if (existsSync(join(root, file))) hash.update(file).update(readFileSync(join(root, file)))
  }
  return hash.digest('hex')
}

/** Of every member of the workspace, also of a new folder that the lockfile does not know yet. */
function manifests(root) {
  const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
  // A list on lines of its own or in brackets; there is no YAML library before the first install.
  const [globs = ''] = /(?<=^packages:)(.*\n(?: .*\n)*)/m.exec(workspace) ?? []
  const folders = [...globs.matchAll(/\w[\w./-]*\*?/g)].flatMap(([glob]) => expand(root, glob))
  return ['.', ...folders].map((folder) => join(folder, 'package.json'))
}

/** The folders of `apps/*`; any other glob is a folder itself. */
function expand(root, glob) {
  if (!glob.endsWith('/*')) return [glob]
  const parent = glob.slice(0, -2)
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent))
    .toSorted()
    .map((name) => join(parent, name))
}
