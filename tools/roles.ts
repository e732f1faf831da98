// npm run roles -- ADDRESS [ROLE ...]: sets the roles of an account of the running auth service.
import { runAppProgram } from './local/app-program.ts'

process.exitCode = await runAppProgram('auth', 'src/roles.ts', process.argv.slice(2))
