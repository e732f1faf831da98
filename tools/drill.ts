// npm run drill -- all | <alert>: starts a separate stack, breaks it, and waits for the alert to fire and to resolve.

import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { listenForInterrupts } from './local/interrupts.ts'
import { findBinaries, howToInstall } from './proof/monitoring/binaries.ts'
import { type Drill, keepVisiting } from './proof/monitoring/drill.ts'
import { drills } from './proof/monitoring/drills.ts'
import { type Stack, startStack } from './proof/monitoring/stack.ts'
import { until } from './proof/monitoring/until.ts'
import { watchedApps } from './proof/monitoring/watched-apps.ts'

/** With shortened rules (proof/monitoring/shortened.ts) an alert takes seconds; the slowest, OutboxLate, about 80. */
const alertTimeoutMs = 240_000

type Timing = { alert: string; firesSeconds: number; resolvesSeconds: number; what: string }

const { positionals } = readCommandLine('drill', { allowPositionals: true })
const [wanted = ''] = positionals
const chosen = drills.filter(({ alerts }) => wanted === 'all' || alerts.some((alert) => alert === wanted))
if (chosen.length === 0)
  exitWithUsage('drill', `The alerts are ${drills.flatMap(({ alerts }) => alerts).join(', ')}.`)
const binaries = findBinaries()
if (binaries) {
  const stack = await startStack(binaries, watchedApps)
  listenForInterrupts(() => process.exit(1)).addEventListener(
    'abort',
    () => void stack.stop().then(() => process.exit(1)),
  )
  try {
    printTable(await runAll(stack))
  } finally {
    await stack.stop()
  }
} else {
  console.error(howToInstall)
  process.exitCode = 1
}

async function runAll(stack: Stack): Promise<Timing[]> {
  const leaving = new AbortController()
  const visiting = keepVisiting(stack.visits, leaving.signal)
  try {
    const timings: Timing[] = []
    for (const drill of chosen) timings.push(...(await run(drill, stack)))
    return timings
  } finally {
    leaving.abort()
    await visiting
  }
}

async function run(drill: Drill, stack: Stack): Promise<Timing[]> {
  const { alerts, what } = drill
  const { firing } = stack.sink
  await until(`no alert before: ${what}`, alertTimeoutMs, () => alerts.every((alert) => !firing().has(alert)))

  console.log(`Breaking: ${what}`)
  const brokenAt = performance.now()
  const repair = await drill.break(stack)
  let fires: number[]
  try {
    fires = await Promise.all(
      alerts.map(async (alert) => {
        await until(`${alert} to fire`, alertTimeoutMs, () => firing().has(alert))
        return secondsSince(brokenAt)
      }),
    )
  } finally {
    console.log('Repairing')
    await repair()
  }
  const repairedAt = performance.now()
  return Promise.all(
    alerts.map(async (alert, index) => {
      await until(`${alert} to resolve`, alertTimeoutMs, () => !firing().has(alert))
      return { alert, firesSeconds: fires[index] ?? 0, resolvesSeconds: secondsSince(repairedAt), what }
    }),
  )
}

function secondsSince(start: number): number {
  return Math.round((performance.now() - start) / 1000)
}

function printTable(timings: readonly Timing[]): void {
  console.log('\n| alert | broken by | fires after | resolves after the repair |\n|---|---|---|---|')
  for (const { alert, what, firesSeconds, resolvesSeconds } of timings) {
    console.log(`| ${alert} | ${what} | ${firesSeconds} s | ${resolvesSeconds} s |`)
  }
}
