import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './source-files.ts'

// A translation begins with the hash of the English page that it translates. When that page changes, this fails until
// somebody has looked at the translation and written the new hash.
const translations = globSync('**/*.id.md', {
  cwd: root,
  exclude: (path) => path === 'node_modules' || path === '.fondasi',
})

test.each(translations)('%s translates its English page as it is now', (translation) => {
  const page = translation.replace(/\.id\.md$/, '.md')
  const hash = createHash('sha256')
    .update(readFileSync(join(root, page)))
    .digest('hex')
  const [firstLine] = readFileSync(join(root, translation), 'utf8').split('\n', 1)
  expect(firstLine).toBe(`<!-- terjemahan ${page.split('/').at(-1)} sha256:${hash} -->`)
})
