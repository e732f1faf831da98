import { parse, stringify } from 'yaml'

type Importer = Record<string, Record<string, { specifier: string; version: string }>>
type Snapshot = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
type Lockfile = {
  catalogs?: unknown
  importers: Record<string, Importer>
  packages: Record<string, unknown>
  snapshots: Record<string, Snapshot>
}

/** The dependencies of the members of the new workspace: exact versions, by kind of dependency. */
export type Importers = Record<string, Record<string, Record<string, string>>>

/**
 * The part of a pnpm lockfile (version 9) that the importers need. Versions and the binaries of every platform stay as
 * they are locked. No registry is asked, since it may lack some binaries.
 * @throws Error when the lockfile has no version of a dependency
 */
export function deriveLockfile(text: string, wanted: Importers): string {
  const lockfile: Lockfile = parse(text)
  const locked = new Map(
    Object.values(lockfile.importers)
      .flatMap((importer) => Object.values(importer))
      .flatMap((dependencies) => Object.entries(dependencies))
      .map(([name, { version }]) => [name, version]),
  )
  const importers: Record<string, Importer> = {}
  for (const [folder, kinds] of Object.entries(wanted)) {
    const importer: Importer = {}
    for (const [kind, dependencies] of Object.entries(kinds)) {
      const entries = Object.entries(dependencies).map(([name, specifier]) => {
        const version = locked.get(name)
        if (version === undefined) throw new Error(`pnpm-lock.yaml has no ${name}`)
        return [name, { specifier, version }] as const
      })
      if (entries.length > 0) importer[kind] = Object.fromEntries(entries)
    }
    importers[folder] = importer
  }

  const reached = reach(lockfile.snapshots, importers)
  const packages = new Set([...reached].map((key) => key.replace(/\(.*$/, '')))
  const { catalogs: _, ...rest } = lockfile
  return stringify(
    {
      ...rest,
      importers,
      packages: pick(lockfile.packages, packages),
      snapshots: pick(lockfile.snapshots, reached),
    },
    { lineWidth: 0, singleQuote: true },
  )
}

/** The keys of all snapshots that are needed, such as `vite@8.3.4(yaml@2.9.1)`. */
function reach(snapshots: Record<string, Snapshot>, importers: Record<string, Importer>): Set<string> {
  const reached = new Set<string>()
  const visit = (name: string, version: string) => {
    // An alias (`npm:other@1.0.0`) names the package in its version.
    const key = [`${name}@${version}`, version].find((candidate) => candidate in snapshots)
    if (key === undefined) throw new Error(`pnpm-lock.yaml has no snapshot of ${name}@${version}`)
    if (reached.has(key)) return
    reached.add(key)
    const { dependencies = {}, optionalDependencies = {} } = snapshots[key] ?? {}
    for (const edge of Object.entries({ ...dependencies, ...optionalDependencies })) visit(...edge)
  }
  for (const importer of Object.values(importers)) {
    for (const dependencies of Object.values(importer)) {
      for (const [name, { version }] of Object.entries(dependencies)) visit(name, version)
    }
  }
  return reached
}

function pick<T>(all: Record<string, T>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.has(key)))
}
