import { createLogger } from '@fondasi/logging'

/** A logger as an app has it, and what it has written: lines of JSON, parsed. */
export function createTestLog(name: string) {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line))
  return { log: createLogger({ name, level: 'debug', destination: { write } }), lines }
}
