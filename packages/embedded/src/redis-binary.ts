import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { debianRedis } from './redis-debian-package.ts'

export type RedisBinary = {
  command: string
  /** The environment variables that the binary needs. */
  env: { LD_LIBRARY_PATH?: string }
  /** Name, version and origin, for a message to the user. */
  source: string
}

// Version 7 brought functions, sharded pub/sub and multi-part AOF files.
const oldestMajor = 7

// A shell that has not read its profile lacks Homebrew's folders in its PATH.
const homebrewFolders = ['/opt/homebrew/bin', '/usr/local/bin']

function searchFolders(): string[] {
  return [...(process.env.PATH ?? '').split(delimiter), ...homebrewFolders]
}

/**
 * Finds a Redis or Valkey server of version 7 or newer: the one on the PATH, otherwise (Debian, Ubuntu) a private copy
 * of the distribution's package.
 * @param folders searched first
 * @throws Error that names what to install on this system
 */
export async function findRedis(folders = searchFolders()): Promise<RedisBinary> {
  const reasons: string[] = []
  for (const name of ['redis-server', 'valkey-server']) {
    for (const folder of folders) {
      const command = join(folder, name)
      const version = await redisVersion(command)
      if (version === undefined) continue
      if (isNewEnough(version)) return { command, env: {}, source: `${name} ${version} (${command})` }
      reasons.push(`${command} is version ${version}`)
    }
  }
  try {
    const { command, libraryPath, distribution } = await debianRedis()
    const env = { LD_LIBRARY_PATH: libraryPath }
    const version = await redisVersion(command, env)
    if (version !== undefined && isNewEnough(version)) {
      return { command, env, source: `redis-server ${version} (private copy of ${distribution}'s package)` }
    }
    reasons.push(`${distribution}'s package has version ${version ?? 'unknown'}`)
  } catch (error) {
    reasons.push(error instanceof Error ? error.message : String(error))
  }
  throw new Error(noRedis(reasons))
}

function noRedis(reasons: string[]): string {
  return [
    `No Redis server ${oldestMajor} or newer was found.`,
    ...reasons.map((reason) => `  (${reason})`),
    'Install one and start again:',
    '  macOS           brew install redis',
    '  Debian, Ubuntu  sudo apt-get install redis-server',
    '  Fedora, RHEL    sudo dnf install valkey',
    'or use one that runs already, for example in Docker:',
    '  docker run -d -p 6379:6379 redis:8   and set REDIS_URL=redis://127.0.0.1:6379',
  ].join('\n')
}

function isNewEnough(version: string): boolean {
  return Number.parseInt(version, 10) >= oldestMajor
}

/** The server's version, or undefined if the command is absent or does not run (a library is missing). */
async function redisVersion(command: string, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
  try {
    await access(command, constants.X_OK)
    // "Redis server v=7.0.15 sha=..." or "Valkey server v=8.0.1 sha=..."
    const { stdout } = await promisify(execFile)(command, ['--version'], { env })
    return /\bv=(\S+)/.exec(stdout)?.[1]
  } catch {
    return undefined
  }
}
