import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { KitRecord } from './record.ts'
import { rewrite } from './rewrite.ts'

export type Changes = {
  /** For `git apply`; empty when the kit changed no file that is unedited here. */
  patch: string
  /** Files that changed on both sides: compare them by hand. */
  touched: string[]
  gone: string[]
  /** The kit is a folder whose newest changes are not committed, so they are not included. */
  hasUncommitted: boolean
}

/**
 * What has changed in the kit since this repository was made from it, with this repository's paths and words. Files that
 * are new in the kit are not included.
 * @param options.folder this repository
 * @param options.kit a path or a git URL
 * @param options.revision of the kit, such as HEAD or v1.2.0
 * @throws Error when the kit cannot be read or does not know the commit that this repository was made from
 */
export async function changesSince(
  record: KitRecord,
  options: { folder: string; kit: string; revision: string },
): Promise<Changes> {
  const { folder, revision } = options
  const work = await mkdtemp(join(tmpdir(), 'kit-diff-'))
  try {
    const clone = join(work, 'kit')
    const isUrl = /^([a-z+]+:\/\/|[^/]+@[^/]+:)/.test(options.kit)
    const source = isUrl ? options.kit : resolve(options.kit)
    git(work, 'clone', '--quiet', '--no-checkout', '--', source, clone)
    const hasUncommitted = !isUrl && git(source, 'status', '--porcelain') !== ''
    const range = [record.madeFrom.commit, revision]
    const names = (filter: string) => {
      const list = git(
        clone,
        'diff',
        '--name-only',
        '-z',
        '--no-renames',
        `--diff-filter=${filter}`,
        ...range,
      )
      return list.split('\0').filter((name) => name !== '')
    }
    const [modified, deleted] = [names('M'), names('D')]

    const changes: Changes = { patch: '', touched: [], gone: [], hasUncommitted }
    const untouched: { path: string; from: string }[] = []
    for (const [path, { from = '', sha256 }] of Object.entries(record.files)) {
      if (deleted.includes(from)) changes.gone.push(path)
      if (!modified.includes(from)) continue
      const isOurs =
        record.madeFrom.uncommitted.includes(from) || (await hashOf(join(folder, path))) !== sha256
      if (isOurs) changes.touched.push(path)
      else untouched.push({ path, from })
    }

    const targets = new Map(Object.entries(record.files).map(([path, { from }]) => [from ?? path, path]))
    const both = join(work, 'both')
    await mkdir(both)
    git(both, 'init', '--quiet')
    for (const path of ['biome.json', '.gitignore', ...untouched.map((file) => file.path)]) {
      await put(join(both, path), await readFile(join(folder, path), 'utf8'))
    }
    git(both, 'add', '--all', '--force')
    for (const { path, from } of untouched) {
      const text = git(clone, 'show', `${revision}:${from}`)
      await put(join(both, path), rewrite(text, from, { ...record, targets }))
    }
    // The formatter that eject ran on the files.
    const biome = join(folder, 'node_modules', '.bin', 'biome')
    execFileSync(biome, ['check', '--write', '.'], { cwd: both, stdio: ['ignore', 'ignore', 'pipe'] })
    return { ...changes, patch: git(both, 'diff') }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** The hash of a file; undefined when somebody deleted it here. */
async function hashOf(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch(() => undefined)
  return bytes && createHash('sha256').update(bytes).digest('hex')
}

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 28,
  })
}
