// npm run dev [-- service ...]: like npm start, and a service restarts when a file that it imports changes.
import { runLocally } from './local/run.ts'

process.exit(await runLocally(process.argv.slice(2), true))
