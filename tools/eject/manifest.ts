import { matchesGlob } from 'node:path'

// What belongs to an app. A folder that joins the kit joins ejected apps by a line here.

/** Folders that move. `<app>` is the app, `<package>` each package that it needs. */
const moved = [
  ['apps/<app>/', ''],
  ['packages/<package>/', 'kit/<package>/'],
] as const

/** What stays where it is, as globs. */
const kept = [
  '.editorconfig',
  '.gitattributes',
  '.gitignore',
  '.oxlintrc.json',
  '.vscode/*',
  'biome.json',
  'vitest.config.ts',
  'tools/*.ts',
  'tools/kit.mjs',
  'tools/{bench,kit,kit-diff,local,smoke,test}/**',
  'tools/proof/parts.ts',
  'tools/proof/{bootstrap,monitoring}/**',
  'tools/proof/checks/{lockfile,monitoring,workflows}.unit.test.ts',
  '.github/actions/setup/*',
  'infra/{alertmanager,compose,faults,gateway,grafana,load,prometheus}/**',
  'docs/runbooks/*',
]

/** What is made anew for one app (see eject.ts), or is about the kit as a whole. */
const leftOut = ['**/package.json', '**/tsconfig.json', 'tools/services.ts', 'tools/eject.ts']

/** Commands that only one app has: its `npm run` names. */
const ownCommands: Record<string, readonly string[]> = {
  auth: ['calibrate', 'keys', 'roles'],
  catalog: ['seed'],
}

export type Selection = {
  app: string
  /** All apps: what carries another one's name stays behind. */
  apps: readonly string[]
  /** The names of those that the app needs, without scope. */
  packages: readonly string[]
  /** Pages about this app alone that lie among the kit's, by path. */
  ownPages: ReadonlySet<string>
  /** Pages about another app, by path. */
  foreignPages: ReadonlySet<string>
}

/**
 * Where a file of the kit goes in the repository of one app.
 * @returns undefined when it does not come along
 */
export function targetOf(source: string, selection: Selection): string | undefined {
  const { app, apps, packages, ownPages, foreignPages } = selection
  if (ownPages.has(source)) return source
  if (foreignPages.has(source)) return undefined
  if (leftOut.some((glob) => matchesGlob(source, glob))) return undefined
  for (const [from, to] of moved) {
    for (const name of from.includes('<app>') ? [app] : packages) {
      const folder = from.replace(/<\w+>/, name)
      if (source.startsWith(folder)) return to.replace(/<\w+>/, name) + source.slice(folder.length)
    }
  }
  if (!kept.some((glob) => matchesGlob(source, glob))) return undefined
  const names = source.split('/').map((part) => part.replace(/\..*$/, ''))
  const others = apps.filter((other) => other !== app)
  const isOthers = others.some(
    (other) => names.includes(other) || ownCommands[other]?.some((name) => source === `tools/${name}.ts`),
  )
  return isOthers ? undefined : source
}
