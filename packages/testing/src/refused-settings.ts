import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { spawnApp } from './app-process.ts'

/** Each is a process that loads the whole app. */
const programTimeoutMs = 90_000

/**
 * Declares, for each program of an app, that it ends with code 1 and nothing but what is wrong when it lacks settings.
 *
 * @param options.folder of the app
 * @param options.programs names in `src`; with an argument or more behind it where it needs them
 * @param options.env what is set all the same, and wrong
 */
export function testRefusedSettings(options: {
  folder: string
  programs: readonly string[]
  env?: Record<string, string>
}): void {
  vi.setConfig({ testTimeout: programTimeoutMs })
  test.each(options.programs)(
    '%s: wrong settings are told, without a stack, and the exit code is 1',
    async (line) => {
      const [program = '', ...args] = line.split(' ')
      const env = { DATABASE_URL: 'http://db', DATABASE_MIGRATOR_URL: 'db', ...options.env }
      const { exited, errors } = spawnApp(join(options.folder, `src/${program}.ts`), env, args)
      expect(await exited).toBe(1)
      expect(errors()).toMatch(/^The configuration has \d+ problems?:\n( {2}- [A-Z].+\n)+$/)
    },
  )
}
