// npm run dev [-- app ...]: like npm start, and restarts an app when one of its source files changes.
import { runLocally } from './local/run.ts'

process.exit(await runLocally('dev'))
