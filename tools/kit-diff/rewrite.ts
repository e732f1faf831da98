import { posix } from 'node:path'

export type Rewriting = {
  /** Texts and what stands in their place, in this order. */
  replace: Record<string, string>
  /** Where the files that come along go, by where they stand in the kit. */
  targets: ReadonlyMap<string, string>
}

/** A file of the kit as it stands in an ejected repository (before the formatter). */
export function rewrite(text: string, source: string, { replace, targets }: Rewriting): string {
  const linked = source.endsWith('.md') ? relink(text, source, targets) : text
  return Object.entries(replace).reduce((all, [from, to]) => all.replaceAll(from, to), linked)
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
