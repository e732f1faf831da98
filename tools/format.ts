// npm run format: writes every file in the one format, imports sorted.
import { runSteps } from './checks/run-steps.ts'

const results = await runSteps([{ title: 'format (biome)', command: ['biome', 'check', '--write', '.'] }])
process.exit(results.every(({ passed }) => passed) ? 0 : 1)
