// npm test: everything that proves the kit: the static checks, then all tests on a real PostgreSQL and Redis.
// npm test -- refresh: only the tests whose file name contains "refresh"; other arguments go to vitest too.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { report, runSteps, type Step, staticChecks } from './checks/run-steps.ts'
import { localFolder } from './local/paths.ts'

const resultFile = join(localFolder, 'test-results.json')
const vitestArguments = process.argv.slice(2)
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${resultFile}`]
const tests: Step = {
  title: 'tests (vitest)',
  command: [
    'vitest',
    'run',
    ...(vitestArguments.length > 0 ? vitestArguments : ['--coverage']),
    ...reporters,
  ],
}

// What Node has compiled before is not counted right by the coverage.
delete process.env.NODE_COMPILE_CACHE

await rm(resultFile, { force: true })
const results = await runSteps(vitestArguments.length > 0 ? [tests] : [...staticChecks, tests])

// A static check counts as one test. Without a result file vitest did not get to the end: that is one failure.
const checks = results.filter(({ title }) => title !== tests.title)
const text = await readFile(resultFile, 'utf8').catch(() => undefined)
const { numPassedTests, numFailedTests }: { numPassedTests: number; numFailedTests: number } =
  text === undefined ? { numPassedTests: 0, numFailedTests: 0 } : JSON.parse(text)
const allPassed = results.every(({ passed }) => passed)
const passed = numPassedTests + checks.filter((check) => check.passed).length
const failed = numFailedTests + checks.filter((check) => !check.passed).length

console.log(report(results))
// A test file that cannot be loaded fails the run, though none of its tests was counted.
console.log(`\n${passed} passed, ${allPassed ? 0 : Math.max(failed, 1)} failed`)
process.exit(allPassed ? 0 : 1)
