// npm run chaos -- jobs [--quick] [--only PART] [--times N] [--json FILE]: breaks a stack of its own while clients use it, and
// fails if a promise is broken.
import { runBench, untilInterrupted } from './bench/src/run-bench.ts'
import { chaosJobs } from './chaos/jobs/chaos-jobs.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'

const { values, positionals } = readCommandLine('chaos', {
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    times: { type: 'string' },
    json: { type: 'string' },
  },
})
const times = values.times === undefined ? undefined : Number(values.times)
if (positionals.join() !== 'jobs') exitWithUsage('chaos')
if (times !== undefined && !(Number.isInteger(times) && times > 0))
  exitWithUsage('chaos', '--times must be a whole number above 0.')

const plan = { isQuick: values.quick, ...(times !== undefined && { times }) }
const exitCode = await runBench((run) => chaosJobs(run, plan), {
  ...(values.only !== undefined && { only: values.only }),
  ...(values.json !== undefined && { jsonFile: values.json }),
  interrupted: untilInterrupted(),
  say: (line) => console.error(line),
  print: (text) => console.log(text),
})
// An interrupted run may still have requests and timers under way.
process.exit(exitCode)
