import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder } from './cache-folder.ts'
import { exists, makeComplete } from './complete-folder.ts'

const run = promisify(execFile)

// Enough for apt to fetch two small packages and their lists. A mirror that hangs must not block the start.
const aptTimeoutMs = 180_000

/**
 * Unpacks the distribution's own Redis package into the user's cache. It needs no root and installs nothing.
 * @throws Error on systems without apt, or when it cannot be fetched
 */
export async function debianRedis(): Promise<{ command: string; libraryPath: string; distribution: string }> {
  const { id, version, name } = await distribution()
  if (!(await exists('/usr/bin/apt-get')))
    throw new Error(`${name} has no apt, which is needed to fetch Redis`)

  const folder = join(await cacheFolder(), `redis-${id}-${version}-${process.arch}`)
  if (!(await exists(folder))) await makeComplete(folder, fetchRedis)
  return {
    command: join(folder, 'usr/bin/redis-server'),
    libraryPath: (await libraryFolders(folder)).join(':'),
    distribution: name,
  }
}

/**
 * Runs apt with its state in a separate folder. apt reads the system's list of installed packages, so it fetches only
 * what is missing: more on a slim image than on a desktop.
 */
async function fetchRedis(folder: string): Promise<string> {
  const state = join(folder, 'apt')
  await mkdir(join(state, 'lists/partial'), { recursive: true })
  await mkdir(join(state, 'archives/partial'), { recursive: true })
  const options = [
    `Dir::State::Lists=${state}/lists`,
    `Dir::Cache=${state}`,
    'Debug::NoLocking=1', // taking the system's lock needs root, and we only read
    'APT::Sandbox::User=', // apt's own user could not write here
  ].flatMap((option) => ['-o', option])
  const apt = (...args: string[]) =>
    run('apt-get', [...options, ...args], { env: systemEnv, timeout: aptTimeoutMs })

  // A broken third-party source makes the update fail although Debian's own lists have arrived. The next step shows it.
  await apt('-qq', 'update').catch(() => {})
  await apt('-qq', '--yes', '--no-install-recommends', '--download-only', 'install', 'redis-server')
  for (const file of await readdir(join(state, 'archives'))) {
    if (file.endsWith('.deb')) await run('dpkg-deb', ['--extract', join(state, 'archives', file), folder])
  }
  await assertLinked(folder)
  await rm(state, { recursive: true })
  return folder
}

async function assertLinked(folder: string): Promise<void> {
  const env = { ...systemEnv, LD_LIBRARY_PATH: (await libraryFolders(folder)).join(':') }
  const { stdout } = await run('ldd', [join(folder, 'usr/bin/redis-server')], { env })
  const missing = stdout.split('\n').filter((line) => line.includes('not found'))
  if (missing.length > 0) throw new Error(`the fetched Redis lacks libraries: ${missing.join(', ').trim()}`)
}

const systemEnv = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }

// usr/lib and its folder for this architecture, such as usr/lib/x86_64-linux-gnu.
async function libraryFolders(folder: string): Promise<string[]> {
  const usrLib = join(folder, 'usr/lib')
  if (!(await exists(usrLib))) return []
  const names = await readdir(usrLib)
  return [usrLib, ...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(usrLib, name))]
}

async function distribution(): Promise<{ id: string; version: string; name: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const field = (key: string) => new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(text)?.[1]
  return {
    id: field('ID') ?? 'unknown',
    version: field('VERSION_ID') ?? '0',
    name: field('NAME') ?? 'This system',
  }
}
