import { setTimeout as delay } from 'node:timers/promises'
import { usualHoldMs } from '../../../bench/src/jobs/mail-server.ts'
import { exactly, type Row } from '../../../bench/src/report.ts'
import { enqueueAll, nextMail, post } from '../clients.ts'
import { readRedrives, readWhenEnded } from '../ledger.ts'
import { type Chaos, judgeJobs } from '../under-load.ts'

/** The middle of a call: a thousand dead letters take longer. */
const intoTheCallMs = 150

/** Kills the API while it redrives thousands of dead letters: each of them yields one new job. */
export async function killDuringRedrive(chaos: Chaos): Promise<Row[]> {
  const { mail, ledger, api, isQuick } = chaos
  const kills = chaos.times(5, 1)
  const size = isQuick ? 1_000 : 10_000
  const name = 'kill -9 of the API during a redrive'
  mail.holdMs = () => 0
  try {
    const deadJobs = await makeDeadJobs(chaos, size)
    for (let kill = 0; kill < kills; kill += 1) {
      const call = redrive(chaos)
      await delay(intoTheCallMs)
      await api.kill()
      await call
      await api.start()
    }
    const ofKilled = await readRedrives(ledger, deadJobs)
    const startedAt = performance.now()
    while ((await redrive(chaos)) > 0);
    const seconds = (performance.now() - startedAt) / 1_000
    const redrives = await readRedrives(ledger, deadJobs)
    return [
      ...(await judgeJobs(chaos, { name, how: `${kills} times, ${size} dead letters` }, redrives)),
      {
        name: `${name}: new jobs`,
        value: redrives.length,
        goal: exactly(size),
        from: `${ofKilled.length} of them by calls that were killed`,
      },
      {
        name: `${name}: redrives per second`,
        value: (size - ofKilled.length) / seconds,
        from: 'by the other calls',
      },
    ]
  } finally {
    mail.holdMs = () => usualHoldMs
  }
}

/** Jobs that are dead because the mail server refused them for a while. @returns their ids */
async function makeDeadJobs(chaos: Chaos, size: number): Promise<string[]> {
  const { mail, ledger } = chaos
  mail.refusesAll = true
  try {
    const mails = Array.from({ length: size }, () => nextMail('refused'))
    const ids = await enqueueAll(chaos, mails)
    await readWhenEnded(ledger, ids)
    return ids
  } finally {
    mail.refusesAll = false
  }
}

/** @returns how many dead letters a call has redriven; 0 when the API has died meanwhile */
async function redrive(chaos: Chaos): Promise<number> {
  const body = { filter: { reason: 'non_retryable' } }
  const answer = await post<{ redriven: number }>(chaos, '/v1/dead/redrives', body)
  return answer?.redriven ?? 0
}
