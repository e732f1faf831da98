import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The decision records that an app's README links to, by path. The others are about the kit. */
export function decisionsOf(root: string, app: string): Set<string> {
  const readme = readFileSync(join(root, `apps/${app}/README.md`), 'utf8')
  return new Set([...readme.matchAll(/docs\/adr\/[\w-]+\.md/g)].map(([path]) => path))
}
