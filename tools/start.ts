// npm start [-- app ...]: runs every app, or the named ones, with PostgreSQL and Redis, until Ctrl-C.
import { runLocally } from './local/run.ts'

process.exit(await runLocally('start'))
