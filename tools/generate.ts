// npm run generate: writes the files that derive from the code. The same tests, without --update, fail when one of them
// is out of date.
import { readCommandLine } from './local/command-line.ts'
import { report, runSteps, type Step } from './test/run-steps.ts'

readCommandLine('generate', {})
// --update comes last: it would take a file name behind it for its value.
const update = (title: string, files: string): Step => ({
  title,
  command: ['vitest', 'run', files, '--update'],
})
// The types derive from the documents.
const results = await runSteps([update('documents', 'documents'), update('types', 'client-types')])
console.log(report(results))
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
