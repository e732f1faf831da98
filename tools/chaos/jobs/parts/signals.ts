import { setTimeout as delay } from 'node:timers/promises'
import { usualHoldMs } from '../../../bench/src/jobs/mail-server.ts'
import { atMost, exactly, type Row } from '../../../bench/src/report.ts'
import { countRuns } from '../ledger.ts'
import { graceSeconds } from '../stack.ts'
import { type Chaos, underLoad } from '../under-load.ts'

/** The locks of jobs end after 10 s, and other workers look every 5 s. */
const beyondLocksMs = 16_000
/** Time for a worker that was stopped to record what it has done. */
const catchUpMs = 3_000

/** Stops a worker for longer than its locks last. It then continues jobs that another worker has run meanwhile. */
export async function stopWorker(chaos: Chaos): Promise<Row[]> {
  const { workers, runLog } = chaos
  const times = chaos.times(5, 1)
  const name = 'SIGSTOP of a worker beyond its locks'
  const before = runLog.runs.length
  const { rows } = await underLoad(chaos, { name, how: `${times} times` }, async () => {
    for (let round = 0; round < times; round += 1) {
      const worker = round % 2 === 0 ? workers[0] : workers[1]
      await delay(1_000)
      process.kill(worker.pid(), 'SIGSTOP')
      try {
        await delay(beyondLocksMs)
      } finally {
        process.kill(worker.pid(), 'SIGCONT')
      }
      await delay(catchUpMs)
    }
  })
  const late = runLog.runs.slice(before).filter(({ outcome }) => outcome === 'fenced' || outcome === 'drop')
  return [...rows, { name: `${name}: late results rejected`, value: late.length, from: '' }]
}

const slowMailMs = 6_000
/** Every tenth mail takes longer than a worker waits when it has to end: it is handed to the other worker. */
const isSlow = (recipient: string) => /0@/.test(recipient)

/** Replaces one worker after the other with SIGTERM, as a deployment does. */
export async function rollOut(chaos: Chaos): Promise<Row[]> {
  const { workers, mail, ledger } = chaos
  const times = chaos.times(20, 3)
  const name = 'SIGTERM of a worker'
  const seconds: number[] = []
  const codes: number[] = []
  mail.holdMs = (recipient) => (isSlow(recipient) ? slowMailMs : usualHoldMs)
  try {
    const { rows, ids } = await underLoad(chaos, { name, how: `${times} times` }, async () => {
      for (let round = 0; round < times; round += 1) {
        const worker = round % 2 === 0 ? workers[0] : workers[1]
        await delay(1_000)
        const startedAt = Date.now()
        process.kill(worker.pid(), 'SIGTERM')
        codes.push(await worker.exited())
        seconds.push((Date.now() - startedAt) / 1_000)
        await worker.start()
      }
    })
    const runs = await countRuns(ledger, ids)
    const handedBack = runs.get('interrupted') ?? 0
    return [
      ...rows,
      {
        name: `${name}: jobs stalled`,
        value: runs.get('stalled') ?? 0,
        goal: exactly(0),
        from: `${handedBack} jobs handed back`,
      },
      {
        name: `${name}: exit codes other than 0`,
        value: codes.filter((code) => code !== 0).length,
        goal: exactly(0),
        from: '',
      },
      {
        name: `${name}: seconds until the exit, maximum`,
        value: Math.max(...seconds),
        goal: atMost(graceSeconds),
        from: `${graceSeconds} s are allowed`,
      },
    ]
  } finally {
    mail.holdMs = () => usualHoldMs
  }
}
