import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What `parseArgs` of node:util reads; what it refuses, `--help` included, ends the tool with the usage. */
export function readCommandLine<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  try {
    return parseArgs(config)
  } catch {
    return exitWithUsage(usage)
  }
}

/** Ends the tool with code 2, which scripts take for "called wrongly". */
export function exitWithUsage(usage: string): never {
  console.error(`Usage: ${usage}`)
  process.exit(2)
}
