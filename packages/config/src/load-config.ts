import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { settingsOf } from './describe-settings.ts'
import { isPatternedKey, isPrivateInTransit } from './setting-types.ts'

type Environment = Record<string, string | undefined>

/** Zod's own message says "received NaN", which is not what the user wrote. */
const numberProblem: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  if (issue.expected === 'number') return 'expected a number'
  return issue.expected === 'int' ? 'expected a whole number' : undefined
}

/** The environment does not fit the schema. The message lists every problem, so that one restart can fix them all. */
export class ConfigError extends Error {
  override name = 'ConfigError'

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem${problems.length === 1 ? '' : 's'}:\n${problems
        .map((problem) => `  - ${problem}`)
        .join('\n')}`,
    )
  }
}

/**
 * Reads a process's settings once, at start. The keys of `schema` are the names of environment variables.
 *
 * A setting whose meta has `secret: true` may also be given as a file path in `NAME_FILE`, as container platforms do it.
 * With NODE_ENV=production a setting must not equal the `demo` value of its meta, a `secretKey()` must be random, and an
 * address with `tlsInProduction: true` must use TLS.
 *
 * @returns the validated settings, frozen
 * @throws {ConfigError} that names every missing or wrong variable and what it expects
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
): Readonly<z.output<Schema>> {
  const problems: string[] = []
  const raw: Environment = {}

  for (const setting of settingsOf(schema)) {
    const file = setting.secret ? env[`${setting.name}_FILE`] : undefined
    // `NAME=` in a .env file or in compose sets an empty variable. It means "not set".
    raw[setting.name] = env[setting.name] === '' ? undefined : env[setting.name]
    if (file) {
      try {
        raw[setting.name] = readFileSync(file, 'utf8').trimEnd()
      } catch (error) {
        problems.push(
          `${setting.name}_FILE: cannot read ${file} (${error instanceof Error ? error.message : String(error)})`,
        )
        continue
      }
    }
    const given = raw[setting.name]
    if (env['NODE_ENV'] !== 'production' || given === undefined) continue
    if (given === setting.demo)
      problems.push(`${setting.name}: is the demo value, which is public; set your own secret`)
    else if (setting.key && isPatternedKey(given))
      problems.push(`${setting.name}: is not random; generate one, for example with openssl rand`)
    else if (setting.tlsInProduction && !isPrivateInTransit(given))
      problems.push(
        `${setting.name}: must begin with https:// in production, because passwords and tokens are sent there`,
      )
  }

  const parsed = schema.safeParse(raw, { error: numberProblem })
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.join('.')
      const expected = settingsOf(schema).find((setting) => setting.name === name)?.description
      // A check that compares several settings says in its own message when this one is needed.
      const isMissing = name in raw && raw[name] === undefined && issue.code !== 'custom'
      const problem = isMissing ? 'is missing' : issue.message
      problems.push(`${name ? `${name}: ` : ''}${problem}${expected ? ` — ${expected}` : ''}`)
    }
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return Object.freeze(parsed.data)
}

/**
 * Returns what `read` returns, for the first lines of a program. On a ConfigError it prints the message to standard error,
 * without a stack that would hide it, and exits with code 1.
 *
 * @param read calls `loadConfig`
 */
export function configOrExit<Config>(read: () => Config): Config {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}
