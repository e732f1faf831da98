// npm run eject -- <app> <folder> --name "...": makes a repository of your own from one app.
import { relative, resolve } from 'node:path'
import { EjectRefused, eject } from './eject/eject.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { root } from './local/paths.ts'
import { services } from './services.ts'

try {
  const { app, target, name } = readArguments()
  const { folder, files, hasAuthor } = await eject({ root, app, target, name })
  const path = relative(process.env.INIT_CWD ?? '.', folder)
  console.log(`${name}: wrote ${files} files to ${path}, a git repository of its own. Next:

  cd ${path.includes(' ') ? `'${path}'` : path}
  npm start`)
  if (!hasAuthor) {
    console.log(`
git does not know your name, so the first commit has a placeholder as its author. To make it yours, there:

  git config user.name "YOUR NAME"
  git config user.email YOUR-ADDRESS
  git commit --amend --reset-author --no-edit`)
  }
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
  // npm runs this in the repository's root, wherever the user called it.
  return { app, target: resolve(process.env.INIT_CWD ?? '.', target), name: values.name }
}
