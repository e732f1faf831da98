import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** An error whose message is complete for the user. It is printed without a stack trace. */
export class Refusal extends Error {}

export const say = (text) => process.stderr.write(`${text}\n`)

// A download that prints nothing for longer than this looks as if it hangs.
const heartbeatMs = 5000

/**
 * Runs a command in our place: on our terminal, with our signals.
 * The IPC channel to it closes when we die: a tool that must not outlive us listens for `disconnect`.
 * @returns its exit code
 */
export async function run(command, env, cwd) {
  const child = spawn(command[0], command.slice(1), {
    env,
    cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // A killed npm passes no signal on, so we watch for its death. A parent other than npm, such as a shell that ran
  // `... &`, may end before us.
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill('SIGTERM')
  }, 1000)
  try {
    return await exitCode(child)
  } finally {
    clearInterval(watch)
  }
}

/**
 * Runs a command without showing its output, and reports progress while it works.
 * @throws Refusal with the output when it fails
 */
export async function runQuietly(command, env, cwd) {
  const started = Date.now()
  const heartbeat = setInterval(() => {
    const [lastLine = ''] = output.trim().split('\n').slice(-1)
    say(`  ${Math.round((Date.now() - started) / 1000)} s: ${lastLine.slice(0, 90) || 'still running'}`)
  }, heartbeatMs)
  const child = spawn(command[0], command.slice(1), { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  try {
    const code = await exitCode(child)
    if (code !== 0) throw new Refusal(`${command.join(' ')} ended with code ${code}\n${output.trim()}`)
  } finally {
    clearInterval(heartbeat)
  }
}

/** Waits until a child ends, and passes our signals on to it until then. */
function exitCode(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const pass = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.on('error', (error) =>
      reject(new Refusal(`${child.spawnfile} could not be started: ${error.message}`)),
    )
    child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  }).finally(() => {
    for (const signal of signals) process.off(signal, pass)
  })
}
