import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { localFolder } from '../local/paths.ts'
import { services } from '../services.ts'
import { report, runSteps, type Step, staticChecks } from './run-steps.ts'

const resultFile = join(localFolder, 'test-results.json')
const title = 'tests (vitest)'

/**
 * Runs the static checks and the tests of some vitest projects. With arguments, which go to vitest, only the tests.
 * Prints `N passed, N failed` as the last line; a static check counts as one test.
 * @returns the exit code
 */
export async function runTests(projects: readonly string[], args: readonly string[]): Promise<number> {
  // Coverage of code from Node's compile cache is wrong.
  if (args.some((argument) => argument.startsWith('--coverage'))) delete process.env.NODE_COMPILE_CACHE
  const tests: Step = { title, command: ['vitest', 'run', ...vitestArguments(projects, args)] }
  await rm(resultFile, { force: true })
  const results = await runSteps(args.length > 0 ? [tests] : [...staticChecks, tests])

  const checks = results.filter((result) => result.title !== title)
  const counted = await countedTests()
  const allPassed = results.every(({ passed }) => passed)
  const passed = counted.passed + checks.filter((check) => check.passed).length
  const failed = counted.failed + checks.filter((check) => !check.passed).length
  console.log(report(results))
  // A test file that cannot be loaded fails the run, though none of its tests was counted.
  console.log(`\n${passed} passed, ${allPassed ? 0 : Math.max(failed, 1)} failed`)
  return allPassed ? 0 : 1
}

/** The name of an app means all tests below its folder: other paths contain it, too. */
function vitestArguments(projects: readonly string[], args: readonly string[]): string[] {
  const filters = args.map((argument) => {
    const folder = services.find(({ name }) => name === argument)?.folder ?? '.'
    return folder === '.' ? argument : `${folder}/`
  })
  const choosesProject = args.some((argument) => argument.startsWith('--project'))
  return [
    ...filters,
    ...(choosesProject ? [] : projects.map((project) => `--project=${project}`)),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultFile}`,
  ]
}

/** Reads vitest's result file. There is none if vitest did not reach its end. */
async function countedTests(): Promise<{ passed: number; failed: number }> {
  const text = await readFile(resultFile, 'utf8').catch(() => undefined)
  if (text === undefined) return { passed: 0, failed: 0 }
  const result: { numPassedTests: number; numFailedTests: number } = JSON.parse(text)
  return { passed: result.numPassedTests, failed: result.numFailedTests }
}
