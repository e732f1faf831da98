import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'docs/adr'

/** Decision records, by number, about one app alone, and about the kit as a whole. All others are about every app. */
const about: Record<string, readonly number[]> = {
  auth: [3, 4, 5, 6, 8, 9, 10, 25, 33, 34, 35, 36, 37],
  catalog: [18, 19, 20, 21, 22, 23, 38, 39, 40, 41, 42, 43, 44, 50],
  jobs: [46, 47, 48, 49, 52],
  kit: [2, 15, 16, 28, 45],
}

/** The paths of the decision records that an ejected app includes, in order: its own, and those about every app. */
export function decisionsOf(root: string, app: string): string[] {
  const foreign = Object.entries(about).flatMap(([owner, numbers]) => (owner === app ? [] : numbers))
  const records = readdirSync(join(root, folder)).filter((name) => /^\d{4}-.*\.md$/.test(name))
  const own = records.filter((name) => !foreign.includes(Number(name.slice(0, 4))))
  return own.toSorted().map((name) => `${folder}/${name}`)
}

/** A list of records for a README: each by its title, with a link. */
export function decisionList(root: string, paths: readonly string[]): string {
  const lines = paths.map((path) => {
    const [, title = path] = /^# (.*)$/m.exec(readFileSync(join(root, path), 'utf8')) ?? []
    return `- [${title}](${path})\n`
  })
  return lines.join('')
}
