import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { listenForInterrupts } from '../local/interrupts.ts'
import { root } from '../local/paths.ts'

export type Step = {
  title: string
  /** A program of node_modules/.bin and its arguments. */
  command: [string, ...string[]]
}

export type StepResult = { title: string; passed: boolean; seconds: number }

/** Checks of the code that do not run it. */
export const staticChecks: Step[] = [
  { title: 'format (biome); npm run format fixes it', command: ['biome', 'ci', '.'] },
  { title: 'lint (oxlint)', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { title: 'types (tsc)', command: ['tsc', '-p', '.'] },
  { title: 'unused code and dependencies (knip)', command: ['knip'] },
]

/** Architecture, links, translations and the like: tests that read the repository and start nothing. */
export const repositoryChecks: Step = {
  title: 'checks of the repository (vitest)',
  command: ['vitest', 'run', '--project=unit', 'tools/proof/checks/'],
}

/** Runs all steps one after the other on our terminal, also after a failure. */
export async function runSteps(steps: readonly Step[]): Promise<StepResult[]> {
  const interrupted = listenForInterrupts(() => process.exit(1))
  const results: StepResult[] = []
  for (const { title, command } of steps) {
    if (interrupted.aborted) break
    console.log(`\n== ${title}`)
    const startedAt = Date.now()
    const passed = await succeeds(command, interrupted)
    results.push({ title, passed, seconds: (Date.now() - startedAt) / 1000 })
  }
  return results
}

function succeeds([program, ...args]: Step['command'], signal: AbortSignal): Promise<boolean> {
  const bin = join(root, 'node_modules', '.bin', program)
  const child = spawn(bin, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], signal })
  return new Promise((resolve) => {
    // Also emitted after an abort, and then `exit` follows.
    child.on('error', (error) => {
      if (!signal.aborted) console.error(`${bin}: ${error.message}`)
      if (child.pid === undefined) resolve(false)
    })
    child.on('exit', (code) => resolve(code === 0))
  })
}

/** One line per step: its result, title and time. */
export function report(results: readonly StepResult[]): string {
  const lines = results.map(
    ({ title, passed, seconds }) => `${passed ? 'ok    ' : 'FAILED'}  ${title}, ${seconds.toFixed(1)} s`,
  )
  return `\n${lines.join('\n')}`
}
