import { posix } from 'node:path'
import { keepOwnEntries, keepOwnLines, keepOwnYaml } from './keep-own.ts'

export type Rewriting = {
  app: string
  /** The apps whose parts stay behind. */
  others: readonly string[]
  /** Texts and what stands in their place, in this order. */
  replace: Record<string, string>
  /** Where the files that come along go, by where they stand in the kit. */
  targets: ReadonlyMap<string, string>
}

/** A file of the kit as it stands in an ejected repository (before the formatter). */
export function rewrite(text: string, source: string, { app, replace, others, targets }: Rewriting): string {
  const own = keepOwn(withoutHash(text, source), source, app, others)
  const linked = source.endsWith('.md') ? relink(own, source, targets) : own
  return Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), linked)
}

/** A translation begins with the hash of its page in the kit; the page reads differently here, and its check stayed. */
function withoutHash(text: string, source: string): string {
  return source.endsWith('.id.md') ? text.replace(/^<!-- terjemahan .*-->\n/, '') : text
}

/** Modules that list the apps: see keepOwnEntries. */
const listings = [
  'infra/faults/fault-proxy.ts',
  'infra/grafana/src/dashboards.ts',
  'infra/load/clients.ts',
  'tools/bench.ts',
  'tools/local/after-ready.ts',
  'tools/proof/monitoring/watched-apps.ts',
  'tools/smoke/flows.ts',
]
/** Tests of what every service has, with one app for all. */
const sharedTests = /^infra\/prometheus\/tests\/(services|slo|slo-days)\.yml$/

/** The part of one app of a file that is about several. */
function keepOwn(text: string, source: string, app: string, others: readonly string[]): string {
  if (listings.includes(source)) return keepOwnEntries(text, others)
  if (sharedTests.test(source)) return text.replaceAll(/\bauth\b/g, app)
  if (/^infra\/.*\.yml$/.test(source)) return keepOwnYaml(text, app, others)
  return /^infra\/.*(\.html|Caddyfile)$/.test(source) ? keepOwnLines(text, others) : text
}

const markdownLink = /!?\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)/g

/** Relative links lead to where the files are now; a link to what did not come along becomes its text. */
function relink(text: string, source: string, targets: ReadonlyMap<string, string>): string {
  return text.replace(markdownLink, (link: string, label: string, path: string, anchor: string = '') => {
    if (/^(\w+:|\/)/.test(path)) return link
    const target = targets.get(posix.join(posix.dirname(source), path))
    if (target === undefined) return label
    const here = posix.dirname(targets.get(source) ?? source)
    return `${link.startsWith('!') ? '!' : ''}[${label}](${posix.relative(here, target)}${anchor})`
  })
}
