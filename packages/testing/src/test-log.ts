import { createLogger } from '@fondasi/logging'

/** Makes a logger like an app's, with the parsed lines that it has written. */
export function createTestLog(name: string) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  return { log: createLogger({ name, level: 'debug', destination: { write } }), lines }
}
