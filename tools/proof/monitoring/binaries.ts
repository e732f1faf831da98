import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The message when they are missing. */
export const howToInstall =
  'Prometheus and Alertmanager are not installed (Debian, Ubuntu: apt install prometheus prometheus-alertmanager)'

export type Binaries = { prometheus: string; promtool: string; alertmanager: string }

/** The programs on the PATH, or undefined when one is missing. Debian's Alertmanager has a prefix. */
export function findBinaries(): Binaries | undefined {
  const prometheus = onPath('prometheus')
  const promtool = onPath('promtool')
  const alertmanager = onPath('alertmanager') ?? onPath('prometheus-alertmanager')
  return prometheus && promtool && alertmanager ? { prometheus, promtool, alertmanager } : undefined
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
