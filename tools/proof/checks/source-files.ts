import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string
  text: string
  /** What it imports and re-exports, types included. */
  imports: string[]
}

const skipped = new Set(['node_modules', '.fondasi', 'coverage', '.git', 'migrations'])
const importPattern =
  /^(?:import|export)\s+(?:type\s+)?(?:[\w$*\s{},]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm

/** All TypeScript files below a folder of the repository, with what they import. Generated types are left out. */
export function sourceFiles(folder: string): SourceFile[] {
  return listFiles(join(root, folder))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path: relative(root, path).split(sep).join('/'), text, imports: importsOf(text) }
    })
}

// The folders of apps come from the list of services: an ejected repository has one, at its root.

/** Of every app: its sources and its tests. */
export const appFiles = () =>
  services.flatMap(({ folder }) => ['src', 'test'].flatMap((part) => sourceFiles(posix.join(folder, part))))

export const packageFiles = () => sourceFiles('packages/')

/** Whether it is directly in an app's src: config, main and the other programs. */
export const isEntry = ({ path }: SourceFile) =>
  services.some(({ folder }) => posix.dirname(path) === posix.join(folder, 'src'))

export const isTest = ({ path }: SourceFile) => path.endsWith('.test.ts') || isHelper(path)

/** A module of an app's or a package's tests. */
const isHelper = (path: string) => !path.startsWith('tools/') && /^(.*\/)?test\//.test(path)

export const linesOf = ({ text }: SourceFile) => text.split('\n').length - 1

/** What breaks a rule, as readable lines; empty is good. */
export const breaking = (files: readonly SourceFile[], rule: (file: SourceFile) => string[]) =>
  files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))

/** The file that an import leads to, from the repository's root; undefined for a package of others. */
export function targetOf({ path }: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier)
  const scope = '@fondasi/'
  return specifier.startsWith(scope) ? `packages/${specifier.slice(scope.length)}/src/index.ts` : undefined
}

/** All pages of the repository: Markdown, from its root, with forward slashes. */
export function pages(): string[] {
  const paths = listFiles(root).map((path) => relative(root, path).split(sep).join('/'))
  return paths.filter((path) => path.endsWith('.md'))
}

function importsOf(text: string): string[] {
  return [...text.matchAll(importPattern)].map(([, statement, call]) => statement ?? call ?? '')
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}
