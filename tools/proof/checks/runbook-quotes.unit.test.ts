import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { appFiles, packageFiles } from './source-files.ts'

const runbooks = join(root, 'docs/runbooks')

test('runbooks quote codes, log lines and locks that the source contains', () => {
  const source = [...appFiles(), ...packageFiles()].map(({ text }) => text).join('\n')
  const books = readdirSync(runbooks).map((name) => readFileSync(join(runbooks, name), 'utf8'))
  const lines = books.join('\n').split('\n')
  const codes = lines.flatMap((line) =>
    [...line.matchAll(/`"code":"(\w+)"`/g)].map(([, code]) => `${code}: {`),
  )
  const messages = lines.flatMap((line) =>
    [...line.matchAll(/\bLog: `([^`]+)`/g)].map(([, text]) => `'${text}'`),
  )
  const locks = lines.flatMap((line) =>
    [...line.matchAll(/\bobjid = (\d+)/g)].map(
      ([, lock]) => `Lock = ${Number(lock).toLocaleString('en').replaceAll(',', '_')}\n`,
    ),
  )
  expect(messages.length).toBeGreaterThan(0)
  expect(locks.length).toBeGreaterThan(0)
  expect([...codes, ...messages, ...locks].filter((quote) => !source.includes(quote))).toEqual([])
})
