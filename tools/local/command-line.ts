import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type CommandName, describe } from '../commands.ts'

/**
 * What `parseArgs` of node:util reads from our command line. `--help` prints how the command is called and ends it with
 * 0; what `parseArgs` refuses ends it with 2.
 */
export function readCommandLine<const Config extends ParseArgsConfig>(command: CommandName, config: Config) {
  exitIfHelpAsked(command)
  // `npm run seed --scale 5` without `--` in between: npm keeps the option, and says so in the environment only.
  const kept = Object.keys(config.options ?? {}).find(
    (option) => process.env[`npm_config_${option.replaceAll('-', '_')}`] !== undefined,
  )
  if (kept !== undefined)
    exitWithUsage(command, `npm took --${kept} for itself: put -- before the arguments, as below.`)
  try {
    return parseArgs(config)
  } catch (error) {
    return exitWithUsage(command, error instanceof Error ? error.message : String(error))
  }
}

export function exitIfHelpAsked(command: CommandName): void {
  if (!process.argv.some((argument) => argument === '--help' || argument === '-h')) return
  console.log(describe(command))
  process.exit(0)
}

/**
 * Ends the tool with code 2, the usual code for wrong arguments.
 * @param problem what is wrong, if the usage alone does not show it
 */
export function exitWithUsage(command: CommandName, problem?: string): never {
  if (problem !== undefined) console.error(`${problem}\n`)
  console.error(describe(command))
  process.exit(2)
}
