import { below, type Row } from '../report.ts'
import { median } from '../statistics.ts'
import { userEmail } from './accounts.ts'
import type { AuthBench } from './auth-services.ts'

const logins = 200
const quickLogins = 30
/** Accounts that no other measurement uses. Each is tried once, so that no throttle refuses it. */
const firstUser = 150

/**
 * Does the response time tell a stranger whether an address has an account? Failed logins on addresses that have one
 * and on addresses that have none, one after the other, in random order within each pair: drift of the machine and
 * effects of the order change both alike.
 */
export async function measureAccountTiming({ service, effort }: AuthBench): Promise<Row[]> {
  const timed = async (email: string) => {
    const sentAt = performance.now()
    await service.post('/v1/login', { email, password: 'not the right password' }, [401])
    return performance.now() - sentAt
  }
  const count = effort.rounds < 5 ? quickLogins : logins
  const existing: number[] = []
  const unknown: number[] = []
  for (let index = 0; index < count; index += 1) {
    const tryExisting = async () => existing.push(await timed(userEmail(firstUser + index)))
    const tryUnknown = async () => unknown.push(await timed(`nobody${index}@example.com`))
    const pair = Math.random() < 0.5 ? [tryExisting, tryUnknown] : [tryUnknown, tryExisting]
    for (const attempt of pair) await attempt()
  }
  const [known, none] = [median(existing), median(unknown)]
  return [
    {
      name: `${count} + ${count} failed logins, existing and unknown address: medians differ by (%)`,
      value: (Math.abs(known - none) / Math.min(known, none)) * 100,
      goal: below(5),
      from: `${known.toFixed(2)} ms and ${none.toFixed(2)} ms`,
    },
  ]
}
