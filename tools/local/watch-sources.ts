import { globSync, mkdirSync, watch, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './paths.ts'

/** An editor causes several events when it saves a file. */
const settleMs = 100

/**
 * Writes to a trigger file whenever a source file of the app or of a package changes. `node --watch-path` then restarts the
 * app. By itself, `node --watch` loses a file that was replaced, which is how many editors and git save one.
 *
 * @param folder the app's folder, relative to the repository
 */
export function watchSources(folder: string, triggerFile: string): void {
  mkdirSync(dirname(triggerFile), { recursive: true })
  writeFileSync(triggerFile, '')
  const watched = new Set<string>()
  let settled: NodeJS.Timeout | undefined
  const restart = () => writeFileSync(triggerFile, String(Date.now()))
  function watchFolders(): void {
    const sources = [`${folder}/src`, 'packages/*/src']
    const folders = globSync(
      sources.flatMap((source) => [source, `${source}/**/`]),
      { cwd: root },
    )
    for (const each of folders.filter((path) => !watched.has(path))) {
      watched.add(each)
      // A watched folder reports changes of its files by name, however they are saved.
      watch(join(root, each), { persistent: false }, () => {
        clearTimeout(settled)
        settled = setTimeout(() => {
          watchFolders()
          restart()
        }, settleMs)
      })
    }
  }
  watchFolders()
}
