import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eject } from '../../eject/eject.ts'
import { exitWithUsage } from '../../local/command-line.ts'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { proveFreshFolder } from '../fresh-folder.ts'

/** Ejects every app, or those named, and starts and tests each alone. */
export async function prove(wanted: readonly string[]): Promise<void> {
  const apps = services.map(({ name }) => name)
  const unknown = wanted.filter((name) => !apps.includes(name))
  // Without this check a typing error would test nothing and pass.
  if (unknown.length > 0) exitWithUsage('test:all', `There is no app ${unknown.join(', ')}.`)
  const parent = await mkdtemp(join(tmpdir(), 'ejected apps '))
  try {
    const lines: string[] = []
    for (const app of apps.filter((name) => wanted.length === 0 || wanted.includes(name))) {
      const { folder, files } = await eject({
        root,
        app,
        target: join(parent, `my ${app}`),
        name: `My ${app}`,
      })
      lines.push(`${app}: ${files} files`, ...(await proveFreshFolder(folder)))
    }
    console.log(`\n${lines.join('\n')}`)
  } finally {
    await rm(parent, { recursive: true, force: true })
  }
}
