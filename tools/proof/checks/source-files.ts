import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root } from '../../local/paths.ts'

interface Import {
  specifier: string
  /** `import type` vanishes when the types are stripped, so it cannot make a cycle at run time. */
  typeOnly: boolean
}

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  path: string
  text: string
  imports: Import[]
}

const skipped = new Set(['node_modules', '.fondasi', 'coverage', '.git', 'migrations'])
const importPattern = /^(?:import|export)\s+(type\s+)?(?:[\w$*\s{},]*?\sfrom\s+)?['"]([^'"]+)['"]/gm

/** All TypeScript files below a folder of the repository, with what they import. */
export function sourceFiles(folder: string): SourceFile[] {
  return listFiles(join(root, folder))
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path: relative(root, path).split(sep).join('/'), text, imports: importsOf(text) }
    })
}

/** All pages of the repository: Markdown, from its root, with forward slashes. */
export function pages(): string[] {
  const paths = listFiles(root).map((path) => relative(root, path).split(sep).join('/'))
  return paths.filter((path) => path.endsWith('.md'))
}

function importsOf(text: string): Import[] {
  return [...text.matchAll(importPattern)].map(([statement, type, specifier = '']) => ({
    specifier,
    typeOnly: type !== undefined || onlyTypesInBraces(statement),
  }))
}

/** `import { type A, type B } from` */
function onlyTypesInBraces(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]
  if (names === undefined || /import\s+\w/.test(statement.replace(/import\s+type\s/, ''))) return false
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .every((name) => name.startsWith('type '))
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? listFiles(path) : [path]
  })
}
