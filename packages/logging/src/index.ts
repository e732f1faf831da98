import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import pretty from 'pino-pretty'
import { serializeError } from './serialize-error.ts'

const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'clientSecret',
]

/**
 * Values under these names never reach a log line, at the top level and in the bodies and headers of requests. The paths are
 * listed because a wildcard such as `*.password` makes every line cost fifteen times as much.
 */
const redactedPaths = ['', 'body.', 'headers.', 'req.body.', 'req.headers.']
  .flatMap((place) => secretNames.map((name) => place + name))
  .concat('headers["set-cookie"]', 'res.headers["set-cookie"]')

/**
 * Makes a process's logger: JSON lines on stdout (pretty-printed on a terminal), UTC ISO times, secrets redacted.
 *
 * @param options.name the service's name, in every line
 * @param options.level a level name of pino
 * @param options.destination receives the lines instead of stdout (for tests)
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
    serializers: { err: serializeError },
  }
  if (options.destination) return pino(settings, options.destination)
  // Synchronous on a terminal only, where a person reads along. A service writes asynchronously and flushes at its end.
  // With a `minLength` of one byte nothing is buffered, and `flush` waits for writes in progress; without it, it does not.
  return process.stdout.isTTY
    ? pino(settings, pretty({ colorize: true, ignore: 'pid,hostname,name' }))
    : pino(settings, pino.destination({ minLength: 1 }))
}
