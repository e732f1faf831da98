// npm run test:all: what CI runs. npm run test:all -- clone | compose | eject proves one of these with real programs.
import { exitIfHelpAsked } from './local/command-line.ts'
import { parts, runPart } from './proof/parts.ts'
import { runTests } from './test/run-tests.ts'

exitIfHelpAsked('test:all')
const [part = '', ...args] = process.argv.slice(2)
if (parts.includes(part)) {
  try {
    await runPart(part, args)
  } catch (error) {
    console.error(`FAILED: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
} else process.exit(await runTests(['unit', 'integration', 'proof'], process.argv.slice(2)))
