import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { pages } from './source-files.ts'

// The Indonesian translation `x.id.md` of a page `x.md` begins with the hash of the page. When the page changes, the test
// fails until somebody has updated the translation and its hash. No command updates the hash, so that nobody skips the
// translation.
const all = pages()
const translationOf = (page: string) => page.replace(/\.md$/, '.id.md')
const pageOf = (translation: string) => translation.replace(/\.id\.md$/, '.md')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Written in Indonesian, without an English page. */
const withoutPage = ['docs/glossary.id.md']
const translations = all.filter((path) => path.endsWith('.id.md') && !withoutPage.includes(path))
const mustBeTranslated = all.filter((path) =>
  /^(README|apps\/[^/]+\/README|docs\/runbooks\/[\w-]+)\.md$/.test(path),
)

/** The written part of a page. Translations link to the generated part, so a new setting does not affect them. */
const written = (page: string) =>
  read(page).replaceAll(/<!-- settings -->[\s\S]*?<!-- \/settings -->/g, '<!-- settings -->')

const codeBlock = /^```(\w*)\n([\s\S]*?)^```$/gm
/** The lines of all shell blocks without their comments. */
const commandsIn = (text: string) =>
  [...text.matchAll(codeBlock)]
    .filter(([, language]) => language === 'sh')
    .flatMap(([, , block = '']) => block.split('\n').map((line) => line.replace(/(^|\s+)#\s.*$/, '')))
    .filter((line) => line !== '')
const inlineCodeIn = (text: string) =>
  [...text.replaceAll(codeBlock, '').matchAll(/`[^`\n]+`/g)].map(([code]) => code)

test.each(mustBeTranslated)('%s has an Indonesian translation', (page) => {
  const advice = `Write ${translationOf(page)} with the words of docs/glossary.id.md, then run this test again: it prints the first line to use`
  expect(all.includes(translationOf(page)), advice).toBe(true)
})

describe.each(translations)('%s', (translation) => {
  test('translates the current English page', () => {
    const page = pageOf(translation)
    const hash = createHash('sha256').update(written(page)).digest('hex')
    const firstLine = `<!-- terjemahan ${page.split('/').at(-1)} sha256:${hash} -->`
    const advice = `${page} has changed since ${translation} was written.
1. See what changed: git diff $(git log -1 --format=%h -- ${translation}) -- ${page}
2. Update ${translation}, with the words of docs/glossary.id.md.
3. Then make this its first line: ${firstLine}
`
    expect(read(translation).split('\n', 1)[0], advice).toBe(firstLine)
  })

  // The hash shows that somebody looked. This shows that they updated the commands.
  test('has the commands of its page, and no other code', () => {
    const page = written(pageOf(translation))
    expect(commandsIn(read(translation))).toEqual(commandsIn(page))
    const code = new Set(inlineCodeIn(page))
    expect(inlineCodeIn(read(translation)).filter((each) => !code.has(each))).toEqual([])
  })
})
