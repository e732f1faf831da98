import { posix } from 'node:path'
import { keepOwnEntries, keepOwnLines, keepOwnYaml } from './keep-own.ts'

export type Rewriting = {
  app: string
  /** The apps whose parts are removed. */
  others: readonly string[]
  /** Texts and their replacements, in the order in which they are applied. */
  replace: Record<string, string>
  /** The new path of each copied file, by its path in the kit. */
  targets: ReadonlyMap<string, string>
}

/** A kit's file as eject writes it, before formatting. */
export function rewrite(text: string, source: string, { app, replace, others, targets }: Rewriting): string {
  const own = keepOwn(withoutHash(text, source), source, app, others)
  const linked = source.endsWith('.md') ? relink(own, source, targets) : own
  return Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), linked)
}

/** Removes the hash of the English page, which is different here; the check of hashes is not copied. */
function withoutHash(text: string, source: string): string {
  return source.endsWith('.id.md') ? text.replace(/^<!-- terjemahan .*-->\n/, '') : text
}

/** Modules that list the apps: see keepOwnEntries. */
const listings = [
  'infra/faults/fault-proxy.ts',
  'infra/grafana/src/dashboards.ts',
  'infra/load/clients.ts',
  'packages/client/src/index.ts',
  'tools/bench.ts',
  'tools/local/after-ready.ts',
  'tools/proof/monitoring/watched-apps.ts',
  'tools/smoke/flows.ts',
]
/** Tests of rules that every service has: they use one app as the example. */
const sharedTests = /^infra\/prometheus\/tests\/(services|slo|slo-days)\.yml$/

/** Removes the parts of other apps from a file that is about several. */
function keepOwn(text: string, source: string, app: string, others: readonly string[]): string {
  if (listings.includes(source)) return keepOwnEntries(text, others)
  if (sharedTests.test(source)) return text.replaceAll(/\bauth\b/g, app)
  if (/^infra\/.*\.yml$/.test(source)) return keepOwnYaml(text, app, others)
  return /^infra\/.*(\.html|Caddyfile)$/.test(source) ? keepOwnLines(text, others) : text
}

const markdownLink = /!?\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)/g

/** Relative links lead to the new paths. A link to a file that was not copied becomes plain text. */
function relink(text: string, source: string, targets: ReadonlyMap<string, string>): string {
  return text.replace(markdownLink, (link: string, label: string, path: string, anchor: string = '') => {
    if (/^(\w+:|\/)/.test(path)) return link
    const target = targets.get(posix.join(posix.dirname(source), path))
    if (target === undefined) return label
    const here = posix.dirname(targets.get(source) ?? source)
    return `${link.startsWith('!') ? '!' : ''}[${label}](${posix.relative(here, target)}${anchor})`
  })
}
