import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'

export type Matcher = { label: string; operator: '=' | '!=' | '=~' | '!~'; value: string }
export type Selector = { metric: string; matchers: Matcher[] }

/** What an expression selects and groups by. */
export type Query = {
  selectors: Selector[]
  /** Labels after by, without, on, ignoring and group_left. */
  groupedBy: string[]
}

/**
 * Parses an expression with the grammar of Prometheus' user interface.
 * @throws Error when it is not PromQL, or a selector has no metric name
 */
export function readPromql(expression: string): Query {
  const query: Query = { selectors: [], groupedBy: [] }
  const textOf = ({ from, to }: { from: number; to: number }) => expression.slice(from, to)
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`Not PromQL at ${node.from}: ${expression}`)
      if (node.name === 'VectorSelector') query.selectors.push(readSelector(node.node, textOf))
      if (node.name === 'GroupingLabels') {
        query.groupedBy.push(...node.node.getChildren('LabelName').map(textOf))
      }
    },
  })
  return query
}

function readSelector(node: SyntaxNode, textOf: (node: SyntaxNode) => string): Selector {
  const name = node.getChild('Identifier')
  if (!name) throw new Error(`A selector without a metric: ${textOf(node)}`)
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
  return { metric: textOf(name), matchers: matchers.map((matcher) => readMatcher(textOf(matcher))) }
}

function readMatcher(text: string): Matcher {
  const [, label = '', operator, quoted = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*(.*)$/s.exec(text) ?? []
  if (operator !== '=' && operator !== '!=' && operator !== '=~' && operator !== '!~') {
    throw new Error(`Not a matcher: ${text}`)
  }
  return { label, operator, value: quoted.slice(1, -1).replaceAll('\\\\', '\\') }
}

/** Whether a label value matches. Prometheus anchors regular expressions at both ends. */
export function matches({ operator, value }: Matcher, candidate: string): boolean {
  switch (operator) {
    case '=':
      return candidate === value
    case '!=':
      return candidate !== value
    case '=~':
      return new RegExp(`^(?:${value})$`).test(candidate)
    case '!~':
      return !new RegExp(`^(?:${value})$`).test(candidate)
  }
}
