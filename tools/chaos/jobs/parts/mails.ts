import { exactly, type Row } from '../../../bench/src/report.ts'
import { until } from '../../../proof/monitoring/until.ts'
import { enqueueAll, nextMail } from '../clients.ts'
import { type Chaos, judgeJobs } from '../under-load.ts'
import { judgeMails } from '../verdict.ts'

const progressTimeoutMs = 120_000

/** Kills workers in the middle of a large mailing: each recipient gets the mail, and every copy has the one Message-ID. */
export async function killDuringMails(chaos: Chaos): Promise<Row[]> {
  const { mail, workers, isQuick } = chaos
  const kills = chaos.times(25, 3)
  const mails = Array.from({ length: isQuick ? 300 : 3_000 }, () => nextMail('reader'))
  const recipients = mails.map(({ payload }) => payload.to)
  const before = mail.accepted.length
  const ids = await enqueueAll(chaos, mails)
  for (let kill = 1; kill <= kills; kill += 1) {
    const target = before + Math.floor((mails.length * kill) / (kills + 1))
    await until(`${target - before} mails`, progressTimeoutMs, () => mail.accepted.length >= target)
    const worker = kill % 2 === 0 ? workers[0] : workers[1]
    await worker.kill()
    await worker.start()
  }
  const name = 'kill -9 during a mailing'
  const rows = await judgeJobs(chaos, { name, how: `${kills} times, ${mails.length} mails` }, ids)
  const { neverSent, withSeveralIds, copies } = judgeMails(recipients, mail.accepted)
  return [
    ...rows,
    { name: `${name}: mails never sent`, value: neverSent, goal: exactly(0), from: '' },
    {
      name: `${name}: recipients with several Message-IDs`,
      value: withSeveralIds,
      goal: exactly(0),
      from: `${copies} second copies, each with the Message-ID of the first`,
    },
  ]
}
