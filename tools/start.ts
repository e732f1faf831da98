// npm start [-- service ...]: everything, or the named services, with PostgreSQL and Redis, until Ctrl-C.
import { runLocally } from './local/run.ts'

process.exit(await runLocally(process.argv.slice(2), false))
