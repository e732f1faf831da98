// npm run format: writes every file in the one format, imports sorted.
import { readCommandLine } from './local/command-line.ts'
import { runSteps } from './test/run-steps.ts'

readCommandLine('format', {})
const results = await runSteps([{ title: 'format (biome)', command: ['biome', 'check', '--write', '.'] }])
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
