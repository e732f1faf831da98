// npm run generate: writes the files that derive from the code. The same tests, without --update, fail when one of them
// is out of date.
import { readCommandLine } from './local/command-line.ts'
import { report, runSteps } from './test/run-steps.ts'

readCommandLine('generate', {})
// --update comes last: it would take a file name behind it for its value.
const results = await runSteps([{ title: 'documents', command: ['vitest', 'run', 'documents', '--update'] }])
console.log(report(results))
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
