import { type DestinationStream, type Logger, type LoggerOptions, pino, stdSerializers } from 'pino'
import pretty from 'pino-pretty'

/** Values under these names never reach a log line, wherever a caller puts them. */
const redactedPaths = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
]
  .flatMap((name) => [name, `*.${name}`, `*.*.${name}`])
  .concat('req.headers["set-cookie"]', 'res.headers["set-cookie"]')

/**
 * Leaves the values of a failed query out, wherever they stand in an error or its causes: they are people's
 * addresses and hashes. drizzle writes them into its message, PostgreSQL into `detail` and `where`.
 */
function describeError(error: Error): unknown {
  return withoutValues(stdSerializers.errWithCause(error))
}

const withValues = ['params', 'detail', 'where']

function withoutValues(described: unknown): unknown {
  if (typeof described !== 'object' || described === null) return described
  const kept = Object.entries(described).filter(([name]) => !withValues.includes(name))
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === 'cause') return [name, withoutValues(value)]
      // Values may contain line breaks: all up to the stack's first frame is cut.
      return [name, typeof value === 'string' ? value.replace(/\nparams: .*?(?=\n {4}at |$)/s, '') : value]
    }),
  )
}

/**
 * Makes a process's logger: JSON lines on stdout (pretty on a terminal), UTC ISO times, secrets redacted.
 *
 * @param options.name the service's name, in every line
 * @param options.level pino's level name
 * @param options.destination where lines go instead of stdout (tests read them)
 * @returns a plain pino logger
 */
export function createLogger(options: {
  name: string
  level: string
  destination?: DestinationStream
}): Logger {
  const settings: LoggerOptions = {
    name: options.name,
    level: options.level,
    redact: { paths: redactedPaths, censor: '[redacted]' },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    serializers: { err: describeError },
  }
  if (options.destination) return pino(settings, options.destination)
  // Synchronous on a terminal only: a person reads it; a service never waits for its log.
  return process.stdout.isTTY
    ? pino(settings, pretty({ colorize: true, ignore: 'pid,hostname,name' }))
    : pino(settings)
}
