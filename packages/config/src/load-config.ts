import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { settingsOf } from './describe-settings.ts'
import { isPatternedKey, isSafeFromListeners } from './setting-types.ts'

type Environment = Record<string, string | undefined>

/** Zod says "received NaN", which is what it made of the text and not what somebody wrote. */
const numberProblem: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  if (issue.expected === 'number') return 'expected a number'
  return issue.expected === 'int' ? 'expected a whole number' : undefined
}

/** The environment does not fit the schema. The message lists every problem at once, so that one restart mends them all. */
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
 * Reads a process's settings once, at start.
 *
 * Keys of `schema` are the names of environment variables. A setting whose meta says `secret: true` may also
 * be given as a path in `NAME_FILE` (the way container platforms hand out secrets). With NODE_ENV=production a
 * secret may not equal the `demo` value of its meta, a `secretKey()` has to be random, and an address whose meta says
 * `tlsInProduction: true` has TLS.
 *
 * @returns the validated settings, frozen
 * @throws {ConfigError} that names every variable that is missing or wrong and what is expected
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
): Readonly<z.output<Schema>> {
  const problems: string[] = []
  const raw: Environment = {}

  for (const setting of settingsOf(schema)) {
    const file = setting.secret ? env[`${setting.name}_FILE`] : undefined
    // An empty variable is what `NAME=` in a .env file or compose gives: it means "not set".
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
      problems.push(`${setting.name}: is the demo value, which everybody knows; set a secret of your own`)
    else if (setting.key && isPatternedKey(given))
      problems.push(`${setting.name}: is not random; draw one, for example with openssl rand`)
    else if (setting.tlsInProduction && !isSafeFromListeners(given))
      problems.push(`${setting.name}: must begin with https:// in production: passwords and tokens go there`)
  }

  const parsed = schema.safeParse(raw, { error: numberProblem })
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const name = issue.path.join('.')
      const expected = settingsOf(schema).find((setting) => setting.name === name)?.description
      // Not for a check on several settings: its own words say when the setting is needed.
      const isMissing = name in raw && raw[name] === undefined && issue.code !== 'custom'
      const problem = isMissing ? 'is missing' : issue.message
      problems.push(`${name ? `${name}: ` : ''}${problem}${expected ? ` — ${expected}` : ''}`)
    }
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  return Object.freeze(parsed.data)
}

/**
 * What `read` returns, for the first lines of a program. Where the environment does not fit, the message alone goes to
 * standard error and the program ends with code 1: a stack would only hide what is to be mended.
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
