// npm run help: lists the scripts of package.json by group.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands, describe, groups } from './commands.ts'
import { readCommandLine } from './local/command-line.ts'
import { root } from './local/paths.ts'
import { services } from './services.ts'

readCommandLine('help', {})
const own = scriptsOf('.').filter(isCommand)
for (const group of groups) {
  const names = own.filter((name) => commands[name].group === group)
  if (names.length > 0) console.log([`== ${group}`, ...names.map(describe), ''].join('\n\n'))
}

for (const { name, folder } of services) {
  const others = scriptsOf(folder).filter((script) => !isCommand(script))
  const where = folder === '.' ? '' : `cd ${folder} && `
  if (others.length > 0) console.log(`Of ${name} alone (each explains itself):`)
  for (const script of others) console.log(`  ${where}npm run ${script}`)
}

function scriptsOf(folder: string): string[] {
  const { scripts = {} }: { scripts?: Record<string, string> } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  )
  return Object.keys(scripts)
}

function isCommand(script: string): script is keyof typeof commands {
  return Object.hasOwn(commands, script)
}
