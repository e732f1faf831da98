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
  /** What the value was made from, for the reader of the table. */
  from: string
}

/** A row as `--json` writes it. `ok` is true for a row without a goal. */
export interface JsonRow {
  name: string
  value: number
  goal: string | null
  ok: boolean
}

export const atLeast = (limit: number): Goal => ({
  text: `≥ ${limit}`,
  isReached: (value) => value >= limit,
})
export const atMost = (limit: number): Goal => ({ text: `≤ ${limit}`, isReached: (value) => value <= limit })
export const below = (limit: number): Goal => ({ text: `< ${limit}`, isReached: (value) => value < limit })
export const exactly = (wanted: number): Goal => ({
  text: `= ${wanted}`,
  isReached: (value) => value === wanted,
})

export function toJson(rows: readonly Row[]): JsonRow[] {
  return rows.map(({ name, value, goal }) => ({
    name,
    value,
    goal: goal?.text ?? null,
    ok: goal?.isReached(value) ?? true,
  }))
}

/** The rows as a table for a terminal, in columns. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [
    ['measured', 'value', 'goal', 'ok', 'from'],
    ...rows.map((row) => [
      row.name,
      shown(row.value),
      row.goal?.text ?? '–',
      row.goal === undefined ? '–' : row.goal.isReached(row.value) ? 'yes' : 'NO',
      row.from,
    ]),
  ]
  const columns = lines[0]?.length ?? 0
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n')
}

/**
 * Size of the machine, how busy others kept it (load average of the last minute, so ask before the bench) and
 * versions: without them a figure says nothing. With a load near the number of cores ratios of unlike things, such
 * as hashing against waiting, are off.
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

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3)
}
