import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A child process that cannot outlive the process that started it. */
export type SupervisedProcess = {
  pid: number
  /** Resolves with the exit code (128 + signal number when a signal ended it); never rejects. */
  exited: Promise<number>
  /** The last lines it wrote, for an error message. */
  lastLines: () => string
  /** Sends the stop signal, then SIGKILL when the grace is over. Resolves when it is gone. */
  stop: () => Promise<void>
  /** SIGKILL, now. */
  kill: () => void
}

export type SupervisedOptions = {
  command: string
  args: string[]
  env: Record<string, string | undefined>
  cwd?: string
  /** Run as this user and group; only root can. */
  user?: { uid: number; gid: number } | undefined
  stopSignal: 'INT' | 'TERM'
  /** How long it may take to end after the stop signal. */
  graceSeconds: number
  /** Every line of its stdout and stderr, in the order written. */
  onLine?: (line: string) => void
}

// The parent holds the other end of this script's stdin. When that pipe ends (stop() closes it, or the
// parent died, even by SIGKILL) `cat` returns and the child is stopped. The script is there before the child
// is: no moment exists in which a dying parent leaves the child behind. It runs in a session of its own, so
// Ctrl-C in the terminal reaches the parent alone, which then stops its children in the order it wants.
const supervisor = `
exec 4<&0 </dev/null 2>&1
stop_signal=$1 grace_tenths=$2; shift 2
"$@" 3>&- 4<&- &
child=$!
echo "$child" >&3
exec 3>&- >/dev/null 2>&1
cat <&4
kill "-$stop_signal" "$child"
while kill -0 "$child" && [ "$grace_tenths" -gt 0 ]; do sleep 0.1; grace_tenths=$((grace_tenths - 1)); done
kill -KILL "$child"
wait "$child"
`

const keptLines = 20

/**
 * Starts a command under a small shell script that ends it when this process ends, however this process ends.
 * @throws Error when the shell could not be started
 */
export async function startSupervised(options: SupervisedOptions): Promise<SupervisedProcess> {
  const { command, args, stopSignal, graceSeconds } = options
  const shell = spawn(
    '/bin/sh',
    ['-c', supervisor, 'supervisor', stopSignal, String(graceSeconds * 10), command, ...args],
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore', 'pipe'],
      env: options.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...options.user,
    },
  )
  const exited = exitCode(shell)
  // Writing to a supervisor that is already gone is not an error worth a crash.
  shell.stdin?.on('error', () => {})

  const lines: string[] = []
  const output = createInterface({ input: pipeOf(shell, 1) })
  output.on('line', (line) => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    options.onLine?.(line)
  })
  // The child holds the only write end of its output: its end is the child's end.
  output.on('close', () => shell.stdin?.end())

  const pid = await childPid(shell)
  return {
    pid,
    exited,
    lastLines: () => lines.join('\n'),
    stop: async () => {
      shell.stdin?.end()
      await exited
    },
    kill: () => {
      signal(pid, 'SIGKILL')
    },
  }
}

/** Sends a signal (0 only asks); false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', () => resolve(127))
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function childPid(shell: ChildProcess): Promise<number> {
  let text = ''
  for await (const chunk of pipeOf(shell, 3)) text += String(chunk)
  const pid = Number.parseInt(text, 10)
  if (!Number.isInteger(pid)) throw new Error('/bin/sh could not be started')
  return pid
}

function pipeOf(child: ChildProcess, descriptor: 1 | 3): Readable {
  const stream = child.stdio[descriptor]
  if (!stream || !('read' in stream)) throw new Error(`file descriptor ${descriptor} is not a pipe`)
  return stream
}
