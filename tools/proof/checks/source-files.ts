import { readdirSync, readFileSync } from 'node:fs'
import { join, posix, relative, sep } from 'node:path'
import { root } from '../../local/paths.ts'

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

/** All TypeScript files below a folder of the repository, with what they import. */
export function sourceFiles(folder: string): SourceFile[] {
  return listFiles(join(root, folder))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path: relative(root, path).split(sep).join('/'), text, imports: importsOf(text) }
    })
}

export const isTest = ({ path }: SourceFile) =>
  path.endsWith('.test.ts') || /^(apps|packages)\/[^/]+\/test\//.test(path)

export const linesOf = ({ text }: SourceFile) => text.split('\n').length - 1

/** What breaks a rule, as readable lines; empty is good. */
export const breaking = (files: readonly SourceFile[], rule: (file: SourceFile) => string[]) =>
  files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))

/** The file that an import leads to, from the repository's root; undefined for a package of others. */
export function targetOf({ path }: SourceFile, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier)
  const [, name] = /^@fondasi\/([\w-]+)$/.exec(specifier) ?? []
  return name === undefined ? undefined : `packages/${name}/src/index.ts`
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
