// npm run test:eject [-- app ...]: takes every app (or the named ones) out of the kit, starts and tests each alone.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { proveFreshFolder } from './checks/fresh-folder.ts'
import { eject } from './eject/eject.ts'
import { exitWithUsage } from './local/command-line.ts'
import { root } from './local/paths.ts'
import { services } from './services.ts'

const wanted = process.argv.slice(2)
const apps = services.map(({ name }) => name)
// Nothing proven is no success.
if (wanted.some((name) => !apps.includes(name)))
  exitWithUsage(`npm run test:eject -- [${apps.join(' | ')} ...]`)
const parent = await mkdtemp(join(tmpdir(), 'ejected apps '))
try {
  const lines: string[] = []
  for (const { name: app } of services.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const { folder, files } = await eject({ root, app, target: join(parent, `my ${app}`), name: `My ${app}` })
    lines.push(`${app}: ${files} files`, ...(await proveFreshFolder(folder)))
  }
  console.log(`\n${lines.join('\n')}`)
} finally {
  await rm(parent, { recursive: true, force: true })
}
