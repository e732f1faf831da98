// npm run check: the static checks and the checks of the repository; no test of an app.
import { readCommandLine } from './local/command-line.ts'
import { report, repositoryChecks, runSteps, staticChecks } from './test/run-steps.ts'

readCommandLine('check', {})
const results = await runSteps([...staticChecks, repositoryChecks])
console.log(report(results))
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
