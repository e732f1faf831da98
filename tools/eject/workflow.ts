import { isMap, isSeq, parseDocument } from 'yaml'

/** Parts of `npm run test:all` (tools/proof/parts.ts) prove the whole kit. */
const provesTheKit = /npm run test:all -- (clone|compose|eject)\b/

/**
 * A workflow of the kit with only the jobs that work for one app: those whose scripts the new repository has.
 * @param scripts the names in the new package.json
 * @throws Error when the text is not a workflow
 */
export function workflowOf(text: string, scripts: readonly string[]): string {
  const workflow = parseDocument(text)
  const jobs = workflow.get('jobs')
  if (!isMap(jobs)) throw new Error('The workflow has no jobs')
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
