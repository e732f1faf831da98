import { matchesGlob } from 'node:path'

// Which files an ejected app gets. For a new folder of the kit, add a line here.

/** Folders that move: `<app>` is the app, `<package>` each package that it needs. */
const moved = [
  ['apps/<app>/', ''],
  ['packages/<package>/', 'kit/<package>/'],
] as const

/** Globs of the files that keep their path. */
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
  'tools/{bench,chaos,kit,kit-diff,local,migration,smoke,test}/**',
  'tools/proof/parts.ts',
  'tools/proof/{bootstrap,monitoring}/**',
  'tools/proof/checks/source-files.ts',
  'tools/proof/checks/{architecture,client-types,habits,lockfile,migrations,monitoring,workflows}.unit.test.ts',
  '.github/actions/setup/*',
  'infra/{alertmanager,compose,faults,gateway,grafana,load,prometheus}/**',
  'docs/runbooks/*',
]

/** Globs of files that are made for one app (see eject.ts), or that are about the whole kit. */
const leftOut = ['**/package.json', '**/tsconfig.json', 'tools/services.ts', 'tools/eject.ts']

/** Commands that only one app has, by the name of their script. */
const ownCommands: Record<string, readonly string[]> = {
  auth: ['calibrate', 'keys', 'roles'],
  catalog: ['seed'],
  jobs: ['chaos'],
}

export type Selection = {
  app: string
  /** All apps: files named after another app are left out. */
  apps: readonly string[]
  /** The names of the packages that the app needs, without scope. */
  packages: readonly string[]
  /** Paths of the kit's pages that this app gets. */
  ownPages: ReadonlySet<string>
  /** Paths of pages about another app. */
  foreignPages: ReadonlySet<string>
}

/**
 * The path of a kit's file in the repository of one app.
 * @returns undefined when the file is left out
 */
export function targetOf(source: string, selection: Selection): string | undefined {
  const { app, apps, packages, ownPages, foreignPages } = selection
  if (ownPages.has(source)) return source
  if (foreignPages.has(source)) return undefined
  if (leftOut.some((glob) => matchesGlob(source, glob))) return undefined
  const names = source.split('/').map((part) => part.replace(/\..*$/, ''))
  const isOthers = apps.some((other) => {
    const isOwnCommand = ownCommands[other]?.some((name) => source === `tools/${name}.ts`)
    return other !== app && (names.includes(other) || isOwnCommand)
  })
  // The types of another app's API.
  if (isOthers && source.startsWith('packages/client/')) return undefined
  for (const [from, to] of moved) {
    for (const name of from.includes('<app>') ? [app] : packages) {
      const folder = from.replace(/<\w+>/, name)
      if (source.startsWith(folder)) return to.replace(/<\w+>/, name) + source.slice(folder.length)
    }
  }
  const isKept = kept.some((glob) => matchesGlob(source, glob)) && !isOthers
  return isKept ? source : undefined
}
