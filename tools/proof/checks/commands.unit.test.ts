import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands, groups } from '../../commands.ts'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { pages } from './source-files.ts'

// ADR 45: somebody who looks for a command finds its group, and then reads a few names.
const maxScriptsPerGroup = 8

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const scriptsIn = (folder: string): string[] =>
  Object.keys((JSON.parse(read(join(folder, 'package.json'))) as { scripts?: object }).scripts ?? {})
const scripts = scriptsIn('.')
const isCommand = (script: string): script is keyof typeof commands => Object.hasOwn(commands, script)
/** npm knows these without "run". */
const typed = (script: string) =>
  script === 'start' || script === 'test' ? `npm ${script}` : `npm run ${script}`

describe('the scripts of package.json', () => {
  test.each(groups)(`of the group "%s" are ${maxScriptsPerGroup} at most`, (group) => {
    const own = scripts.filter((script) => isCommand(script) && commands[script].group === group)
    expect(own.length).toBeLessThanOrEqual(maxScriptsPerGroup)
  })

  test.each(scripts)('%s has a tool, and a text for npm run help', (script) => {
    expect(existsSync(join(root, `tools/${script.replaceAll(':', '-')}.ts`))).toBe(true)
    expect(Object.keys(commands), 'Describe it in tools/commands.ts').toContain(script)
  })

  test.each(scripts)('%s has a line in the README', (script) => {
    const lines = read('README.md').split('\n')
    const own = new RegExp(`${typed(script)}(?![\\w:-])`)
    expect(
      lines.filter((line) => own.test(line)),
      `README.md has no "${typed(script)}"`,
    ).not.toEqual([])
  })
})

// Pages that are copied into an ejected repository also contain its commands.
const elsewhere = ['kit:diff']
const known = [...scripts, ...services.flatMap(({ folder }) => scriptsIn(folder)), ...elsewhere]

test.each(pages())('every command in %s exists', (page) => {
  const called = [...read(page).matchAll(/npm (?:run (?:--silent )?|--silent run )([a-z][\w:-]*)/g)]
  const unknown = called.map(([, script = '']) => script).filter((script) => !known.includes(script))
  expect(unknown, `npm run help lists the commands; those of an app are in its package.json`).toEqual([])
})
