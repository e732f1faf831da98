import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { trackedFiles } from './git.ts'

type Dependencies = Record<string, string>
type Manifest = {
  scripts?: Record<string, string>
  engines?: Record<string, string>
  dependencies?: Dependencies
  devDependencies?: Dependencies
  optionalDependencies?: Dependencies
}

const scope = '@fondasi/'
/** Folders that an ejected app gets beside its packages. */
const toolFolders = ['tools', 'tools/bench', 'infra/grafana']

/** What one app needs from the workspace, with every version resolved from the catalog. */
export type AppNeeds = {
  /** Without scope, sorted. */
  packages: string[]
  dependencies: Dependencies
  devDependencies: Dependencies
  /**
   * Optional dependencies of packages, by package. They stay in a package.json of their own. In the app's package.json they
   * would be installed in its image too: the image keeps optional dependencies, because the native hash is one.
   */
  optional: Record<string, Dependencies>
}

/**
 * Reads the manifests of an app, of the packages it imports, and of the tools that are copied.
 * @param isCopied whether a file of the kit is copied: a package that only other files import is not needed
 */
export function needsOf(root: string, app: string, isCopied: (path: string) => boolean): AppNeeds {
  const { catalog }: { catalog: Dependencies } = parse(
    readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'),
  )
  const files = trackedFiles(root).filter((path) => path.endsWith('.ts'))
  const read = (folder: string) => {
    const manifest = readManifest(join(root, folder))
    if (!toolFolders.includes(folder)) return manifest
    const sources = files.filter((path) => path.startsWith(`${folder}/`))
    const texts = sources.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    const isNeeded = (name: string) => {
      // Types are needed by the files that import what they describe.
      const imported = name.replace('@types/', '')
      const users = texts.filter(
        ({ text }) => text.includes(`'${imported}'`) || text.includes(`'${imported}/`),
      )
      return users.length === 0 || users.some(({ path }) => isCopied(path))
    }
    const needed = (all: Dependencies = {}) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => name !== `${scope}${app}` && isNeeded(name)))
    return {
      ...manifest,
      dependencies: needed(manifest.dependencies),
      devDependencies: needed(manifest.devDependencies),
    }
  }
  const ofPackages = (names: string[]) => names.map((name) => read(`packages/${name}`))
  const exact = (all: Dependencies[]) => {
    const outside = all.flatMap((each) => Object.entries(each)).filter(([name]) => !name.startsWith(scope))
    const resolved = outside.map(([name, range]) => [
      name,
      range === 'catalog:' ? (catalog[name] ?? range) : range,
    ])
    return Object.fromEntries(resolved.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)))
  }

  const served = [
    read(`apps/${app}`),
    ...ofPackages(closure(read, [`apps/${app}`], ({ dependencies }) => [dependencies])),
  ]
  const roots = [`apps/${app}`, ...toolFolders]
  const packages = closure(read, roots, (manifest) => [manifest.dependencies, manifest.devDependencies])
  const everything = [...[...roots, '.'].map(read), ...ofPackages(packages)]

  const dependencies = exact(served.map((manifest) => manifest.dependencies ?? {}))
  const devDependencies = exact(
    everything.flatMap((manifest) => [manifest.dependencies ?? {}, manifest.devDependencies ?? {}]),
  )
  for (const name of Object.keys(dependencies)) delete devDependencies[name]
  const optional = packages.flatMap((name) => {
    const { optionalDependencies } = read(`packages/${name}`)
    return optionalDependencies ? [[name, exact([optionalDependencies])] as const] : []
  })
  return { packages, dependencies, devDependencies, optional: Object.fromEntries(optional) }
}

export function readManifest(folder: string): Manifest {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
}

/** The names of the packages that some folders depend on, directly or not. */
function closure(
  read: (folder: string) => Manifest,
  folders: string[],
  edges: (manifest: Manifest) => (Dependencies | undefined)[],
): string[] {
  const found = new Set<string>()
  const visit = (folder: string) => {
    const names = edges(read(folder)).flatMap((dependencies) => Object.keys(dependencies ?? {}))
    for (const name of names.filter((name) => name.startsWith(scope)).map((n) => n.slice(scope.length))) {
      if (found.has(name)) continue
      found.add(name)
      visit(`packages/${name}`)
    }
  }
  folders.forEach(visit)
  return [...found].toSorted()
}
