// npm run check: format, lint, types and unused code; no tests.
import { report, runSteps, staticChecks } from './checks/run-steps.ts'

const results = await runSteps(staticChecks)
console.log(report(results))
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
