import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** An error whose message is all that the user needs. */
export class Refusal extends Error {}

export const say = (text) => process.stderr.write(`${text}\n`)

// A fetch that says nothing for longer than this looks like one that hangs.
const heartbeatMs = 5000

/**
 * Runs a command in our place: on our terminal, with our signals, and answers its exit code. The channel to it
 * (`ipc`) closes when we die: a tool that must not outlive us listens for `disconnect`.
 */
export async function run(command, env, cwd) {
  const child = spawn(command[0], command.slice(1), {
    env,
    cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  // npm that is killed passes nothing on. Without npm our parent may rightly go before us (`... &` in a shell).
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
 * Runs a command without showing what it writes, with a sign of life while it works.
 * @throws Refusal with its output when it fails
 */
export async function runQuietly(command, env, cwd) {
  const started = Date.now()
  const heartbeat = setInterval(() => {
    const [lastLine = ''] = output.trim().split('\n').slice(-1)
    say(`  ${Math.round((Date.now() - started) / 1000)} s: ${lastLine.slice(0, 90) || 'still at it'}`)
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

/** Waits for the end of a child, and passes our signals on to it until then. */
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
