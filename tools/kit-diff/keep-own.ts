import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, parseDocument, visit } from 'yaml'

// Removes the parts of other apps from files that list several: compose, scrape jobs, routes of the gateway.

/**
 * Removes the keys and list items of other apps from YAML: `catalog`, `catalog-migrate`, `x-catalog`, `faults:catalog`, and
 * the setting with their address, `CATALOG_URL`. An
 * alias of a removed part becomes an alias of this app's part of the same kind; without one it is removed too.
 */
export function keepOwnYaml(text: string, app: string, others: readonly string[]): string {
  if (others.length === 0) return text
  const document = parseDocument(text)
  const removed = new Set<string>()
  dropItems(document.contents, (item) => {
    const name = nameOf(item)
    if (!others.some((other) => isOthers(name, other))) return false
    for (const anchor of anchorsIn(item)) removed.add(anchor)
    return true
  })
  const kept = anchorsIn(document.contents)
  const ownOf = ({ source }: Alias) =>
    others.map((other) => source.replace(new RegExp(`^${other}\\b`), app)).find((name) => kept.has(name))
  dropItems(document.contents, (item) => {
    const alias = isAlias(item) ? item : valueOf(item)
    if (!isAlias(alias) || !removed.has(alias.source)) return false
    alias.source = ownOf(alias) ?? alias.source
    return removed.has(alias.source)
  })
  const referred = new Set<string>()
  visit(document, { Alias: (_, { source }) => void referred.add(source) })
  dropItems(document.contents, (item) => {
    const anchors = nameOf(item).startsWith('x-') ? [...anchorsIn(item)] : []
    return anchors.length > 0 && !anchors.some((anchor) => referred.has(anchor))
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/** Whether a key or list item is about another app. */
function isOthers(name: string, other: string): boolean {
  return name === `${other.toUpperCase()}_URL` || new RegExp(`^(x-|faults:)?${other}([-=]|$)`).test(name)
}

/** Removes the pairs of maps and the items of lists for which the rule holds, at any depth. */
function dropItems(node: unknown, isDropped: (item: unknown) => boolean): void {
  if (isMap(node)) {
    node.items = node.items.filter((item) => !isDropped(item))
    for (const { value } of node.items) dropItems(value, isDropped)
  } else if (isSeq<Node>(node)) {
    node.items = node.items.filter((item) => !isDropped(item))
    for (const item of node.items) dropItems(item, isDropped)
  }
}

const valueOf = (item: unknown) => (isPairLike(item) ? item.value : undefined)

function isPairLike(item: unknown): item is { key: unknown; value: unknown } {
  return typeof item === 'object' && item !== null && 'key' in item && 'value' in item
}

/** The key of a pair, the text of a list item, or the name of a scrape job. */
function nameOf(item: unknown): string {
  const name = isPairLike(item) ? item.key : isMap(item) ? item.get('job_name') : item
  return String(isScalar(name) ? name.value : name)
}

function anchorsIn(item: unknown): Set<string> {
  const anchors = new Set<string>()
  const look = (node: unknown) => {
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchors.add(node.anchor)
    if (isPairLike(node)) look(node.value)
    if (isMap(node) || isSeq(node)) node.items.forEach(look)
  }
  look(item)
  return anchors
}

/** Removes the lines of other apps from a module that lists apps, each with its imports, exports and entries on lines of their own. */
export function keepOwnEntries(text: string, others: readonly string[]): string {
  const lineOf = (app: string) => new RegExp(`^(import|export) .*/${app}(/.*)?(\\.d)?\\.ts'$|^ +${app}: .*,$`)
  const isOthers = (line: string) => others.some((other) => lineOf(other).test(line))
  return text
    .split('\n')
    .filter((line) => !isOthers(line))
    .join('\n')
}

/**
 * Removes the lines that mention another app's path, the block in braces that such a line opens, and the comment above
 * it.
 */
export function keepOwnLines(text: string, others: readonly string[]): string {
  const mentions = (line: string) => others.some((other) => new RegExp(`/${other}\\b`).test(line))
  const kept: string[] = []
  let depth = 0
  for (const line of text.split('\n')) {
    if (depth === 0 && !mentions(line)) {
      kept.push(line)
      continue
    }
    if (depth === 0) while (/^\s*#/.test(kept.at(-1) ?? '')) kept.pop()
    depth += (line.match(/\{(?=\s|$)/g)?.length ?? 0) - (/^\s*\}/.test(line) ? 1 : 0)
  }
  return kept.join('\n')
}
