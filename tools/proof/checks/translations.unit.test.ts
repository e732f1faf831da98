import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { pages } from './source-files.ts'

// A page `x.md` has an Indonesian twin `x.id.md` that begins with the hash of the page. When the page changes, this
// fails until somebody has looked at the twin and written the new hash: no command does that for them.
const all = pages()
const twinOf = (page: string) => page.replace(/\.md$/, '.id.md')
const pageOf = (twin: string) => twin.replace(/\.id\.md$/, '.md')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Written in Indonesian, a translation of nothing. */
const withoutPage = ['docs/glossary.id.md']
const twins = all.filter((path) => path.endsWith('.id.md') && !withoutPage.includes(path))
const mustHaveTwin = all.filter((path) =>
  /^(README|apps\/[^/]+\/README|docs\/runbooks\/[\w-]+)\.md$/.test(path),
)

/** What a person wrote of a page. Twins link to what is generated, so that a new setting leaves them true. */
const written = (page: string) =>
  read(page).replaceAll(/<!-- settings -->[\s\S]*?<!-- \/settings -->/g, '<!-- settings -->')

const codeBlock = /^```(\w*)\n([\s\S]*?)^```$/gm
/** The lines of all shell blocks without what they say to people. */
const commandsIn = (text: string) =>
  [...text.matchAll(codeBlock)]
    .filter(([, language]) => language === 'sh')
    .flatMap(([, , block = '']) => block.split('\n').map((line) => line.replace(/(^|\s+)#\s.*$/, '')))
    .filter((line) => line !== '')
const inlineCodeIn = (text: string) =>
  [...text.replaceAll(codeBlock, '').matchAll(/`[^`\n]+`/g)].map(([code]) => code)

test.each(mustHaveTwin)('%s has an Indonesian twin', (page) => {
  const advice = `Write ${twinOf(page)} with the words of docs/glossary.id.md, then run this again: it says its first line`
  expect(all.includes(twinOf(page)), advice).toBe(true)
})

describe.each(twins)('%s', (twin) => {
  test('translates its English page as it is now', () => {
    const page = pageOf(twin)
    const hash = createHash('sha256').update(written(page)).digest('hex')
    const firstLine = `<!-- terjemahan ${page.split('/').at(-1)} sha256:${hash} -->`
    const advice = `${page} is not the page that ${twin} translates.
1. See what changed since: git diff $(git log -1 --format=%h -- ${twin}) -- ${page}
2. Say the same in ${twin}, with the words of docs/glossary.id.md.
3. Then make this its first line: ${firstLine}
`
    expect(read(twin).split('\n', 1)[0], advice).toBe(firstLine)
  })

  // The hash says that somebody looked. This says that they saw a command that came or went.
  test('has the commands of its page, and no code that its page has not', () => {
    const page = written(pageOf(twin))
    expect(commandsIn(read(twin))).toEqual(commandsIn(page))
    const code = new Set(inlineCodeIn(page))
    expect(inlineCodeIn(read(twin)).filter((each) => !code.has(each))).toEqual([])
  })
})
