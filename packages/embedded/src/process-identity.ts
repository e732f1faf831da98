import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Says whether the command line of the process with this id contains this text (a data folder). An id in a file
 * proves little: after a crash or a reboot it may belong to another process.
 */
export async function isProcessOf(pid: number, text: string): Promise<boolean> {
  try {
    return (await commandLine(pid)).includes(text)
  } catch {
    return false
  }
}

async function commandLine(pid: number): Promise<string> {
  // Slim images have no `ps`, macOS has no /proc.
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8')
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  return stdout
}
