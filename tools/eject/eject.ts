import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { KitRecord } from '../kit-diff/record.ts'
import { rewrite } from '../kit-diff/rewrite.ts'
import { services } from '../services.ts'
import { decisionsOf } from './decisions.ts'
import { commitAll, originOf, trackedFiles } from './git.ts'
import { makeFiles } from './made-files.ts'
import { targetOf } from './manifest.ts'
import { makeReadme, readmes } from './readme.ts'
import { runbooksOf, writeRunbooksDashboard } from './runbooks.ts'
import { needsOf } from './workspace.ts'

const kit = 'Fondasi'

/** An error whose message is all that the user needs. */
export class EjectRefused extends Error {}

export type Ejected = { folder: string; files: number }

/**
 * Makes a repository of one app: the app at the root, the packages that it needs under `kit/`, and the tools that
 * start and test it. The target either appears whole or not at all.
 * @throws EjectRefused when the app, the name or the target will not do
 */
export async function eject(options: {
  root: string
  app: string
  target: string
  name: string
}): Promise<Ejected> {
  const { root, app } = options
  const service = services.find((candidate) => candidate.name === app)
  if (!service) throw new EjectRefused(`No app ${app}. There is: ${services.map((s) => s.name).join(', ')}`)
  const name = checkedName(options.name)
  const target = await checkedTarget(root, options.target)
  const { packageName, word } = namesFrom(target)
  const origin = originOf(root)
  const apps = services.map((each) => each.name)
  const others = apps.filter((other) => other !== app)
  const pages = { ownPages: decisionsOf(root, app), foreignPages: runbooksOf(root, others) }
  const selection = { app, apps, packages: [], ...pages }
  const needs = needsOf(root, app, (path) => targetOf(path, selection) !== undefined)

  const sources = new Map<string, string>()
  for (const path of trackedFiles(root)) {
    const goesTo = targetOf(path, { ...selection, packages: needs.packages })
    if (goesTo !== undefined) sources.set(path, goesTo)
  }
  // Longer texts first: each replaces what is left by those before.
  const replace = {
    [`cd apps/${app}\n`]: '',
    [`@fondasi/${app}/`]: '#app/',
    '@fondasi/': '#kit/',
    '.fondasi': '.kit',
    FONDASI_: 'KIT_',
    Fondasi: name,
    fondasi: word,
    '{apps,packages,tools': '{src,test,kit,tools',
    [`apps/${app}/`]: '',
    'apps/*/': '',
    'packages/': 'kit/',
  }
  const rewriting = { app, replace, others, targets: sources }
  const made = makeFiles({
    root,
    app,
    others,
    packageName,
    name,
    title: service.title,
    needs,
    targets: new Set(sources.values()),
  })

  const folder = `${target}.ejecting-${process.pid}`
  try {
    for (const [source, path] of sources) await copyRewritten(join(root, source), join(folder, path), source)
    for (const [path, text] of made) await write(join(folder, path), rewrite(text, path, rewriting))
    await makeReadmeAndLicense()
    writeRunbooksDashboard(folder)
    format(root, folder, '.')
    await write(join(folder, 'kit.json'), `${JSON.stringify(await makeRecord(), null, 2)}\n`)
    format(root, folder, 'kit.json')
    commitAll(folder, `${name}, made from ${kit} ${origin.commit.slice(0, 12)}`)
    const files = (await listFiles(folder)).length
    await rename(folder, target)
    return { folder: target, files }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }

  async function copyRewritten(from: string, to: string, source: string) {
    const bytes = await readFile(from)
    await mkdir(dirname(to), { recursive: true })
    if (bytes.includes(0)) await copyFile(from, to)
    else await writeFile(to, rewrite(bytes.toString(), source, rewriting), { mode: (await stat(from)).mode })
  }

  async function makeReadmeAndLicense() {
    const credit = origin.repository ? `[${kit}](${origin.repository})` : kit
    const readme = {
      name,
      app,
      origin: credit,
      paths: [...sources.values()],
      hasAuth: !others.includes('auth'),
    }
    for (const [file, wording] of Object.entries(readmes)) {
      const text = await readFile(join(folder, file), 'utf8')
      await write(join(folder, file), makeReadme(text, { ...readme, wording }))
    }
    const license = await readFile(join(root, 'LICENSE'), 'utf8')
    const own = `Copyright (c) ${new Date().getFullYear()} The authors of ${name}\n`
    await write(join(folder, 'LICENSE'), license.replace(/^Copyright/m, `${own}Copyright`))
  }

  async function makeRecord(): Promise<KitRecord> {
    const sourceOf = new Map([...sources].map(([source, path]) => [path, source]))
    // Put together from several texts of the kit: no diff of one file tells what changed.
    for (const file of Object.keys(readmes)) sourceOf.delete(file)
    const files: KitRecord['files'] = {}
    for (const path of await listFiles(folder)) {
      const sha256 = createHash('sha256')
        .update(await readFile(join(folder, path)))
        .digest('hex')
      const from = sourceOf.get(path)
      files[path] = from === undefined ? { sha256 } : { from, sha256 }
    }
    const uncommitted = origin.uncommitted.filter((path) => sources.has(path))
    return { madeFrom: { kit, ...origin, uncommitted }, app, name, others, replace, files }
  }
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('.git/'))
    .toSorted()
}

/** The name stands in code, YAML and Markdown: only characters that mean nothing in any of them. */
function checkedName(name: string): string {
  const typographic = name.trim().replaceAll("'", '’')
  if (/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ’.-]{0,59}$/u.test(typographic)) return typographic
  throw new EjectRefused('--name takes letters, digits, blanks, apostrophes, dots and hyphens, at most 60')
}

/** A target that does not exist, or an empty folder. */
async function checkedTarget(root: string, target: string): Promise<string> {
  const absolute = resolve(target)
  if (!relative(root, absolute).startsWith('..')) {
    throw new EjectRefused(`${absolute} lies inside the kit. Take a folder beside it, such as ../my-app`)
  }
  if (existsSync(absolute)) {
    const entries = await readdir(absolute).catch(() => ['not a folder'])
    if (entries.length > 0) throw new EjectRefused(`${absolute} is there already and not empty`)
  }
  await mkdir(dirname(absolute), { recursive: true })
  return absolute
}

/** From the last part of the path: a name for npm, and a word for domains, audiences and caches. */
function namesFrom(target: string): { packageName: string; word: string } {
  const packageName = basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const word = packageName.replaceAll('-', '')
  // Part of names that must begin with a letter, and of passwords in tests that must be long.
  if (/^[a-z][a-z0-9]{2,29}$/.test(word)) return { packageName, word }
  throw new EjectRefused(`The folder's name must have 3 to 30 letters or digits and begin with a letter`)
}

/** Other names have another length and order: lines break elsewhere, imports are sorted anew. */
function format(root: string, folder: string, path: string): void {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  execFileSync(biome, ['check', '--write', path], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}
