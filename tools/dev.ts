// npm run dev [-- app ...]: like npm start, and restarts an app when a file that it imports changes.
import { runLocally } from './local/run.ts'

process.exit(await runLocally('dev'))
