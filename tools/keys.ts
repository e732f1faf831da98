// npm run keys -- list | rotate [--now] [--revoke KID]: the signing keys of the running auth service.
import { runAppProgram } from './local/app-program.ts'

process.exitCode = await runAppProgram('auth', 'src/keys.ts', process.argv.slice(2))
