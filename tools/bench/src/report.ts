import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

export interface Goal {
  /** As the table shows it: `≥ 0.9`. */
  text: string
  isReached(value: number): boolean
}

/** One line of the result. */
export interface Row {
  name: string
  value: number
  /** Without a goal the value is shown for comparison. */
  goal?: Goal
  /** The figures that the value was computed from. */
  from: string
}

/** A part of a bench that ended with an error, so that its rows are missing. */
interface Failure {
  part: string
  reason: string
}

/** What a bench has measured so far. A part that fails adds a failure and leaves the rows of the others. */
export interface Results {
  rows: Row[]
  failures: Failure[]
}

/** A row as `--json` writes it. */
export interface JsonRow {
  name: string
  /** Null for a part that failed. */
  value: number | null
  goal: string | null
  /** Whether the goal is reached, or a row without a goal measured anything. */
  ok: boolean
  /** Why a part failed. */
  error?: string
}

export const atLeast = (limit: number): Goal => ({
  text: `≥ ${limit}`,
  isReached: (value) => value >= limit,
})
export const atMost = (limit: number): Goal => ({ text: `≤ ${limit}`, isReached: (value) => value <= limit })
export const below = (limit: number): Goal => ({ text: `< ${limit}`, isReached: (value) => value < limit })
export const exactly = (expected: number): Goal => ({
  text: `= ${expected}`,
  isReached: (value) => value === expected,
})

export function toJson({ rows, failures }: Results): JsonRow[] {
  return [
    ...rows.map(({ name, value, goal }) => ({
      name,
      value,
      goal: goal?.text ?? null,
      ok: goal?.isReached(value) ?? Number.isFinite(value),
    })),
    ...failures.map(({ part, reason }) => ({
      name: part,
      value: null,
      goal: null,
      ok: false,
      error: reason,
    })),
  ]
}

/** The rows as a table for a terminal, followed by the parts that failed. */
export function renderResults({ rows, failures }: Results): string {
  const lines = [
    ['measured', 'value', 'goal', 'ok', 'from'],
    ...rows.map((row) => [
      row.name,
      formatValue(row.value),
      row.goal?.text ?? '–',
      row.goal === undefined ? '–' : row.goal.isReached(row.value) ? 'yes' : 'NO',
      row.from,
    ]),
  ]
  const columns = lines[0]?.length ?? 0
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  const table = lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  '))
  return [...table, ...failures.map(({ part, reason }) => `FAILED  ${part}: ${reason}`)].join('\n')
}

/**
 * The size of the machine, its load average of the last minute, and the version of Node. Call it before the bench
 * starts, since the bench itself raises the load. When other programs keep the cores busy, ratios of unlike work
 * (hashing against waiting) are wrong.
 */
export function describeMachine(): string {
  const gibibytes = Math.round(totalmem() / 2 ** 30)
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${gibibytes} GiB`,
    `${process.platform}-${process.arch}`,
    `Node ${process.versions.node}`,
    `load before ${loadavg()[0]?.toFixed(1)}`,
  ].join(', ')
}

function formatValue(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}
