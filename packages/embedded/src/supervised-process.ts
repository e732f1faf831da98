import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'

/** A child process that cannot outlive the process that started it. */
export type SupervisedProcess = {
  pid: number
  /** Resolves with the exit code (128 + signal number when a signal ended it); never rejects. */
  exited: Promise<number>
  /** The last lines of its output, for an error message. */
  lastLines: () => string
  /** Sends the stop signal, and SIGKILL after the grace period. Resolves when the process is gone. */
  stop: () => Promise<void>
  /** Sends SIGKILL. */
  kill: () => void
}

export type SupervisedOptions = {
  command: string
  args: string[]
  env: Record<string, string | undefined>
  cwd?: string
  /** The user and group to run as. Only root can set them. */
  user?: { uid: number; gid: number } | undefined
  stopSignal: 'INT' | 'TERM'
  /** The grace period: how long the process may take to end after the stop signal. */
  graceSeconds: number
  /** Called with every line of stdout and stderr, in the order written. */
  onLine?: (line: string) => void
}

// The parent holds the other end of this script's stdin. When that pipe ends (stop() closes it, or the parent died, even
// by SIGKILL), `cat` returns and the script stops the child. The script starts before the child, so the child can never
// outlive a dying parent. It runs in its own session, so that Ctrl-C in the terminal reaches only the parent, which then
// stops its children in the right order.
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
 * Starts a command under a small shell script that stops it when this process ends, even by SIGKILL.
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
  // A write to a supervisor that is already gone must not crash us.
  shell.stdin?.on('error', () => {})

  const lines: string[] = []
  const output = createInterface({ input: pipeOf(shell, 1) })
  output.on('line', (line) => {
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    options.onLine?.(line)
  })
  // Only the child holds the write end of its output, so the output ends when the child ends.
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

/** Sends a signal (signal 0 only checks). Returns false if there is no such process. */
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
