import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import type { KitRecord } from '../kit-diff/record.ts'
import { rewrite } from '../kit-diff/rewrite.ts'
import { services } from '../services.ts'
import { decisionList, decisionsOf } from './decisions.ts'
import { commitAll, originOf, trackedFiles } from './git.ts'
import { makeFiles } from './made-files.ts'
import { targetOf } from './manifest.ts'
import { makeReadme, readmes } from './readme.ts'
import { runbooksOf, writeRunbooksDashboard } from './runbooks.ts'
import { needsOf } from './workspace.ts'

const kit = 'Fondasi'

/** An error whose message is complete for the user. It is printed without a stack trace. */
export class EjectRefused extends Error {}

export type Ejected = {
  folder: string
  files: number
  /** Whether git knew who commits. */
  hasAuthor: boolean
}

/**
 * Makes a repository of one app: the app at the root, the packages that it needs under `kit/`, and the tools that
 * start and test it. The target folder appears only when it is complete.
 * @throws EjectRefused when the app, the name or the target is not usable
 */
export async function eject(options: {
  root: string
  app: string
  target: string
  name: string
}): Promise<Ejected> {
  const { root, app } = options
  const service = services.find((candidate) => candidate.name === app)
  if (!service)
    throw new EjectRefused(`There is no app ${app}. The apps are ${services.map((s) => s.name).join(', ')}`)
  const name = checkedName(options.name)
  const target = await checkedTarget(root, options.target)
  const { packageName, word } = namesFrom(target)
  const origin = originOf(root)
  const apps = services.map((each) => each.name)
  const others = apps.filter((other) => other !== app)
  const decisions = decisionsOf(root, app)
  const pages = { ownPages: new Set(decisions), foreignPages: runbooksOf(root, others) }
  const selection = { app, apps, packages: [], ...pages }
  const needs = needsOf(root, app, (path) => targetOf(path, selection) !== undefined)

  const sources = new Map<string, string>()
  for (const path of trackedFiles(root)) {
    const goesTo = targetOf(path, { ...selection, packages: needs.packages })
    if (goesTo !== undefined) sources.set(path, goesTo)
  }
  // Longer texts come first, because a shorter one would match inside them.
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
    const hasAuthor = commitAll(folder, `${name}, made from ${kit} ${origin.commit.slice(0, 12)}`)
    const files = (await listFiles(folder)).length
    await rename(folder, target)
    return { folder: target, files, hasAuthor }
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
      dependencies: Object.keys(needs.dependencies),
      decisions: decisionList(folder, decisions),
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
    // A README is made of several texts of the kit, so a diff of one file cannot show what changed.
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

/** The name goes into code, YAML and Markdown, so it has only characters that are special in none of them. */
function checkedName(name: string): string {
  const typographic = name.trim().replaceAll("'", '’')
  if (/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ’.-]{0,59}$/u.test(typographic)) return typographic
  throw new EjectRefused(
    '--name must have 1 to 60 letters, digits, blanks, apostrophes, dots and hyphens, and begin with a letter or digit',
  )
}

/** The target must not exist, or be an empty folder. */
async function checkedTarget(root: string, target: string): Promise<string> {
  const absolute = resolve(target)
  if (!relative(root, absolute).startsWith('..')) {
    throw new EjectRefused(`${absolute} is inside the kit. Choose a folder beside it, such as ../my-app`)
  }
  if (existsSync(absolute)) {
    const entries = await readdir(absolute).catch(() => ['not a folder'])
    if (entries.length > 0) throw new EjectRefused(`${absolute} already exists and is not empty`)
  }
  await mkdir(dirname(absolute), { recursive: true })
  return absolute
}

/** Derives from the last part of the path a name for npm, and a word for domains, audiences and caches. */
function namesFrom(target: string): { packageName: string; word: string } {
  const packageName = basename(target)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const word = packageName.replaceAll('-', '')
  // The word becomes part of names that must begin with a letter, and of passwords in tests that must be long.
  if (/^[a-z][a-z0-9]{2,29}$/.test(word)) return { packageName, word }
  throw new EjectRefused(`The folder's name must have 3 to 30 letters or digits and begin with a letter`)
}

/** Formats again: names of another length and order change where lines break and how imports are sorted. */
function format(root: string, folder: string, path: string): void {
  const biome = join(root, 'node_modules', '.bin', 'biome')
  execFileSync(biome, ['check', '--write', path], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
}
