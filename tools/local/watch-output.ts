/** Enough for a stack trace and the source line above it. */
const maxLines = 20

/**
 * What `npm run dev` shows of an app: that it restarts, why it failed, that it is up again. Its log file has the rest.
 * @returns a function that takes each line of the app and returns what to show, if anything
 */
export function createWatchOutput(name: string, clock: () => number): (line: string) => string | undefined {
  let sinceRestart: string[] = []
  let restartedAt: number | undefined
  return (line) => {
    // What `node --watch` says between two runs.
    if (line.startsWith('Restarting ')) {
      sinceRestart = []
      restartedAt = clock()
      return `${name}: a file has changed, restarting`
    }
    if (line.startsWith('Failed running ')) {
      const error = sinceRestart.slice(-maxLines).join('\n')
      return `${name} failed; it restarts when a file changes\n${error}`
    }
    sinceRestart.push(line)
    if (sinceRestart.length > 2 * maxLines) sinceRestart = sinceRestart.slice(-maxLines)
    if (restartedAt === undefined || !line.includes('"msg":"listening"')) return undefined
    const seconds = ((clock() - restartedAt) / 1000).toFixed(1)
    restartedAt = undefined
    return `${name}: up again after ${seconds} s`
  }
}
