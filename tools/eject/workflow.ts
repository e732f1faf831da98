import { isMap, isSeq, parseDocument } from 'yaml'

/** The parts of `npm run test:all` (tools/proof/parts.ts), which prove the kit as a whole. */
const provesTheKit = /npm run test:all -- (clone|compose|eject)\b/

/**
 * A workflow of the kit with the jobs that make sense for one app: those whose scripts came along.
 * @param scripts the names in the new package.json
 * @throws Error when the text is not a workflow
 */
export function workflowOf(text: string, scripts: readonly string[]): string {
  const workflow = parseDocument(text)
  const jobs = workflow.get('jobs')
  if (!isMap(jobs)) throw new Error('a workflow without jobs')
  const dropped = jobs.items
    .filter(({ value }) => {
      const names = [...String(value).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
      return names.some((name) => !scripts.includes(name)) || provesTheKit.test(String(value))
    })
    .map(({ key }) => String(key))
  for (const name of dropped) jobs.delete(name)
  for (const { value } of jobs.items) {
    const needs = isMap(value) ? value.get('needs') : undefined
    if (isSeq(needs)) needs.items = needs.items.filter((name) => !dropped.includes(String(name)))
  }
  return workflow.toString({ lineWidth: 0, flowCollectionPadding: false })
}
