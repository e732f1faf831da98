// npm test: what a person runs before a commit. npm test -- auth runs the tests of one app.
import { exitIfHelpAsked } from './local/command-line.ts'
import { runTests } from './test/run-tests.ts'

exitIfHelpAsked('test')
process.exit(await runTests(['unit', 'integration'], process.argv.slice(2)))
