import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { localFolder, root } from '../../local/paths.ts'
import { pages } from './source-files.ts'

const block = /^```ts\n([\s\S]*?)^```$/gm
/** Whose packages a snippet outside any package may import. */
const usualPackages = 'apps/auth'

test('every TypeScript snippet in a page compiles without changes, with its imports', () => {
  const folder = join(localFolder, `snippets-${process.pid}`)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let count = 0
  for (const page of pages().filter((path) => !path.endsWith('.id.md'))) {
    const snippets = [...readFileSync(join(root, page), 'utf8').matchAll(block)]
    if (snippets.length === 0) continue
    const home = join(folder, dirname(page))
    makeHome(home, dirname(page))
    for (const [index, [, code = '']] of snippets.entries()) {
      // The name shows which page the snippet is from; `export {}` keeps the snippets' names apart.
      writeFileSync(join(home, `${page.split('/').at(-1)}-${index + 1}.ts`), `${code}\nexport {}\n`)
      count += 1
    }
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: relative(folder, join(root, 'tsconfig.base.json')),
      compilerOptions: {
        noUnusedLocals: false,
        typeRoots: [join(root, 'node_modules/@types')],
        paths: { '@fondasi/*': [join(root, 'packages/*/src/index.ts')] },
      },
      include: ['**/*.ts'],
    }),
  )
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const advice = `A snippet must be complete, with its imports, and correct. The name of the file is the page's and the
number of the snippet in it:\n${stdout}`
  expect(count).toBeGreaterThan(0)
  expect(status, advice).toBe(0)
})

/** A folder that sees the packages which the page's own folder sees. */
function makeHome(home: string, folder: string): void {
  mkdirSync(home, { recursive: true })
  const own = join(root, folder, 'node_modules')
  const packages = existsSync(own) && folder !== '.' ? own : join(root, usualPackages, 'node_modules')
  if (!existsSync(join(home, 'node_modules'))) symlinkSync(packages, join(home, 'node_modules'))
}
