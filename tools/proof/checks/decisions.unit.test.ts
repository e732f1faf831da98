import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'

test('the index of decision records links to each of them', () => {
  const folder = join(root, 'docs/adr')
  const records = readdirSync(folder).filter((name) => /^\d{4}-.*\.md$/.test(name))
  const index = readFileSync(join(folder, 'README.md'), 'utf8')
  const missing = records.filter((name) => !index.includes(`](${name})`))
  expect(missing, 'Add a line with the title and a link to docs/adr/README.md').toEqual([])
})
