import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { spawnApp } from './app-process.ts'

/** Each program is a process that loads the whole app. */
const programTimeoutMs = 90_000

/**
 * Declares a test for each program of an app: without its settings, it ends with code 1 and prints only what is wrong.
 *
 * @param options.folder the app's folder
 * @param options.programs names in `src`, with their arguments if they need some
 * @param options.env further settings, with wrong values
 */
export function testRefusedSettings(options: {
  folder: string
  programs: readonly string[]
  env?: Record<string, string>
}): void {
  vi.setConfig({ testTimeout: programTimeoutMs })
  test.each(options.programs)(
    '%s: wrong settings are reported without a stack, and the exit code is 1',
    async (line) => {
      const [program = '', ...args] = line.split(' ')
      const env = { DATABASE_URL: 'http://db', DATABASE_MIGRATOR_URL: 'db', ...options.env }
      const { exited, errors } = spawnApp(join(options.folder, `src/${program}.ts`), env, args)
      expect(await exited).toBe(1)
      expect(errors()).toMatch(/^The configuration has \d+ problems?:\n( {2}- [A-Z].+\n)+$/)
    },
  )
}
