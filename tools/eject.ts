// npm run eject -- <app> <folder> --name "...": a repository of your own with one app and all that it needs.
import { relative, resolve } from 'node:path'
import { EjectRefused, eject } from './eject/eject.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { root } from './local/paths.ts'
import { services } from './services.ts'

try {
  const { app, target, name } = readArguments()
  const { folder, files } = await eject({ root, app, target, name })
  const path = relative(process.env.INIT_CWD ?? '.', folder)
  console.log(`${name}: ${files} files in ${path}, a git repository of its own. Now:

  cd ${path.includes(' ') ? `'${path}'` : path}
  npm start`)
} catch (error) {
  if (!(error instanceof EjectRefused)) throw error
  console.error(error.message)
  process.exitCode = 1
}

function readArguments() {
  const apps = services.map(({ name }) => name)
  const { values, positionals } = readCommandLine('eject', {
    allowPositionals: true,
    options: { name: { type: 'string' } },
  })
  const [app, target, ...rest] = positionals
  const isApp = app !== undefined && apps.includes(app)
  if (app !== undefined && !isApp) exitWithUsage('eject', `There is no app ${app}.`)
  if (!isApp || target === undefined || rest.length > 0 || !values.name) return exitWithUsage('eject')
  // npm runs us in the repository's root, wherever it was called.
  return { app, target: resolve(process.env.INIT_CWD ?? '.', target), name: values.name }
}
