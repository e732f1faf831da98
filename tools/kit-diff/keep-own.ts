import { isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml'

// Files that list several apps (compose, scrape jobs, routes of the gateway), without the other ones' parts.

/** YAML without keys and list items that are another app's: `catalog`, `catalog-migrate`, `x-catalog`. */
export function keepOwnYaml(text: string, others: readonly string[]): string {
  if (others.length === 0) return text
  const isOthers = (name: unknown) =>
    typeof name === 'string' && others.some((other) => new RegExp(`^(x-)?${other}(-|$)`).test(name))
  const nameOf = (item: unknown) => {
    if (isScalar(item)) return item.value
    return isMap(item) ? item.get('job_name') : undefined
  }
  const visit = (node: unknown): void => {
    if (isMap(node)) {
      node.items = node.items.filter(({ key }) => !isOthers(isScalar(key) ? key.value : key))
      for (const { value } of node.items) visit(value)
    } else if (isSeq<Node>(node)) {
      node.items = node.items.filter((item) => !isOthers(nameOf(item)))
      node.items.forEach(visit)
    }
  }
  const document = parseDocument(text)
  visit(document.contents)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Text without lines that mention another app's path, and without the block in braces that such a line opens. */
export function keepOwnLines(text: string, others: readonly string[]): string {
  const mentions = (line: string) => others.some((other) => new RegExp(`/${other}\\b`).test(line))
  let depth = 0
  const kept = text.split('\n').filter((line) => {
    const opens = depth > 0 || mentions(line)
    if (opens) depth += (line.match(/\{(?=\s|$)/g)?.length ?? 0) - (/^\s*\}/.test(line) ? 1 : 0)
    return !opens
  })
  return kept.join('\n')
}
