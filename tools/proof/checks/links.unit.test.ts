import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { pages } from './source-files.ts'

const link = /\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g
const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '')

/** The anchor that GitHub makes from a heading: lower case, no punctuation, hyphens for blanks. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')

test.each(pages())('every relative link of %s leads to a file, and to a heading in it', (page) => {
  const broken: string[] = []
  for (const [, path = '', anchor] of withoutCode(read(page)).matchAll(link)) {
    const target = path === '' ? page : posix.join(posix.dirname(page), path)
    if (!existsSync(join(root, target))) broken.push(path)
    else if (anchor && !anchorsIn(target).includes(anchor)) broken.push(`${path}#${anchor}`)
  }
  expect(broken).toEqual([])
})

function anchorsIn(page: string): string[] {
  const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, '')
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}
