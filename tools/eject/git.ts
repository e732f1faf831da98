import { execFileSync } from 'node:child_process'

/** The kit's files, including those that are not committed yet, without those that git ignores. */
export function trackedFiles(root: string): string[] {
  const list = git(root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard')
  const deleted = new Set(git(root, 'ls-files', '-z', '--deleted').split('\0'))
  return [...new Set(list.split('\0'))].filter((path) => path !== '' && !deleted.has(path)).toSorted()
}

/** The URL and the commit that the kit is at, and its files with uncommitted changes. */
export function originOf(root: string): { repository?: string; commit: string; uncommitted: string[] } {
  const url = run(root, ['config', '--get', 'remote.origin.url'])?.trim() ?? ''
  // Only an address that others can use, without a password. A local path is of no use to them.
  const repository = /^(https:\/\/[^@\s]+|git@\S+)$/.exec(url)?.[1]
  const status = git(root, 'status', '--porcelain', '-z', '--no-renames', '--untracked-files=all')
  return {
    ...(repository && { repository }),
    commit: git(root, 'rev-parse', 'HEAD').trim(),
    uncommitted: status
      .split('\0')
      .filter((line) => line !== '')
      .map((line) => line.slice('XY '.length)),
  }
}

/** The author when git knows none. The owner replaces it. */
const placeholder = ['-c', 'user.name=Fondasi eject', '-c', 'user.email=eject@localhost']

/**
 * Makes a repository of a folder, with everything in its first commit.
 * @returns whether git knew the author; if not, the commit has a placeholder
 */
export function commitAll(folder: string, message: string): boolean {
  git(folder, 'init', '--quiet', '--initial-branch=main')
  git(folder, 'add', '--all')
  const isKnown = Boolean(run(folder, ['config', 'user.email']) && run(folder, ['config', 'user.name']))
  const identity = isKnown ? [] : placeholder
  git(folder, ...identity, '-c', 'commit.gpgsign=false', 'commit', '--quiet', '--no-verify', '-m', message)
  return isKnown
}

/** @throws Error with git's output */
function git(folder: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  })
}

function run(folder: string, args: string[]): string | undefined {
  try {
    return git(folder, ...args)
  } catch {
    return undefined
  }
}
