import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { usualHoldMs } from '../../../bench/src/jobs/mail-server.ts'
import { atMost, exactly, type Row } from '../../../bench/src/report.ts'
import { enqueueAll, nextMail } from '../clients.ts'
import { countPoisonous, readWhenEnded } from '../ledger.ts'
import { type Chaos, judgeJobs } from '../under-load.ts'

const innocents = 19
/** So that all of them run when the poison job kills their worker. */
const togetherMs = 2_000

/**
 * A job that kills every process which runs it, beside others in the same worker. The mail server plays its part: it kills
 * the process that sends to the poisonous address.
 */
export async function runPoison(chaos: Chaos): Promise<Row[]> {
  const { ledger } = chaos
  const times = chaos.times(2, 1)
  const beside: string[] = []
  const poisonous: string[] = []
  let crashes = 0
  // The other worker must not take some of the jobs.
  await chaos.workers[1].kill()
  try {
    for (let round = 0; round < times; round += 1) {
      const group = await runGroup(chaos)
      beside.push(...group.beside)
      poisonous.push(group.poisonous)
      crashes = Math.max(crashes, group.crashes)
    }
  } finally {
    await chaos.workers[1].start()
  }
  const name = 'a poison job'
  const rows = await judgeJobs(chaos, { name, how: `${innocents} beside it, ${times} times` }, beside)
  const buried = await countPoisonous(ledger, poisonous)
  return [
    ...rows,
    { name: `${name}: dead letters of its own (poison)`, value: buried, goal: exactly(times), from: '' },
    { name: `${name}: processes killed, maximum`, value: crashes, goal: atMost(3), from: '' },
  ]
}

async function runGroup(chaos: Chaos): Promise<{ beside: string[]; poisonous: string; crashes: number }> {
  const { mail, workers, ledger } = chaos
  const [worker] = workers
  const poison = nextMail('poison')
  let crashes = 0
  let restarted = Promise.resolve()
  mail.holdMs = () => togetherMs
  mail.onRecipient = (recipient) => {
    if (recipient !== poison.payload.to) return
    crashes += 1
    // First it runs in the worker, and from then on in the process for quarantined jobs.
    restarted = crashes === 1 ? killTogether() : killChildren(worker.pid())
  }
  const killTogether = async () => {
    await worker.kill()
    await worker.start()
  }
  try {
    const mails = [...Array.from({ length: innocents }, () => nextMail('innocent')), poison]
    const ids = await enqueueAll(chaos, mails)
    await readWhenEnded(ledger, ids)
    await restarted
    return { beside: ids.slice(0, innocents), poisonous: ids.at(-1) ?? '', crashes }
  } finally {
    mail.holdMs = () => usualHoldMs
    mail.onRecipient = () => {}
  }
}

/** Sends SIGKILL to the children of a process. */
async function killChildren(parent: number): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  for (const line of stdout.split('\n')) {
    const [pid, ppid] = line.trim().split(/\s+/).map(Number)
    if (ppid === parent && pid !== undefined) process.kill(pid, 'SIGKILL')
  }
}
