/** A run of a job, as a worker has logged it. Times are milliseconds since the epoch. */
export interface Run {
  jobId: string
  startedAt: number
  outcome: string
}

/** What the workers have logged about runs so far. */
export interface RunLog {
  runs: Run[]
  /** Takes a line of a worker's log. */
  read(line: string): void
}

export function createRunLog(): RunLog {
  const runs: Run[] = []
  return {
    runs,
    read(line) {
      // Only these lines are about a run. The first and last lines of a process may be something else than JSON.
      if (!line.includes('"outcome":') || !line.startsWith('{')) return
      const { time, ms, jobId, outcome }: { time: string; ms: number; jobId: string; outcome: string } =
        JSON.parse(line)
      runs.push({ jobId, startedAt: Date.parse(time) - ms, outcome })
    },
  }
}
