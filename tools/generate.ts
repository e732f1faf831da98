// npm run generate: writes what is written from the code (openapi.json, .env.example, tables of settings,
// metrics.json, dashboards). The same tests, without --update, fail when one of them is not up to date.
import { report, runSteps } from './checks/run-steps.ts'

// --update stands last: it would take a file name behind it for its value.
const results = await runSteps([{ title: 'documents', command: ['vitest', 'run', 'documents', '--update'] }])
console.log(report(results))
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1
