import { posix } from 'node:path'
import { keepOwnLines, keepOwnYaml } from './keep-own.ts'

export type Rewriting = {
  /** The apps whose parts stay behind. */
  others: readonly string[]
  /** Texts and what stands in their place, in this order. */
  replace: Record<string, string>
  /** Where the files that come along go, by where they stand in the kit. */
  targets: ReadonlyMap<string, string>
}

/** A file of the kit as it stands in an ejected repository (before the formatter). */
export function rewrite(text: string, source: string, { replace, others, targets }: Rewriting): string {
  const own = keepOwn(withoutHash(text, source), source, others)
  const linked = source.endsWith('.md') ? relink(own, source, targets) : own
  return Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), linked)
}

/** A translation begins with the hash of its page in the kit; the page reads differently here, and its check stayed. */
function withoutHash(text: string, source: string): string {
  return source.endsWith('.id.md') ? text.replace(/^<!-- terjemahan .*-->\n/, '') : text
}

/** Only files of infra/ list several apps and come along all the same. */
function keepOwn(text: string, source: string, others: readonly string[]): string {
  if (/^infra\/.*\.yml$/.test(source)) return keepOwnYaml(text, others)
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
