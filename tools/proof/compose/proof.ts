import { type AuthApi, createClient } from '@fondasi/client'
import { login } from '../../local/access-token.ts'
import { demoAccounts, demoPassword } from '../../local/demo-accounts.ts'
import { services } from '../../services.ts'
import { expectData, expectStatus, expectThat } from '../../smoke/expectations.ts'
import { catcherMailbox } from '../../smoke/mailbox.ts'
import { recordedFetch } from '../../smoke/recorded-fetch.ts'
import { runFlow } from '../../smoke/run-flow.ts'
import { crash } from './crash.ts'
import { compose, composeShown, containersOf, until } from './engine.ts'
import { hardeningProblems, memoryPeak } from './hardening.ts'

const origin = `http://localhost:${process.env.GATEWAY_PORT ?? '4100'}`
const mailUrl = `http://localhost:${process.env.MAIL_PORT ?? '1080'}`
const email = demoAccounts.find(({ role }) => role === 'admin')?.email ?? ''
const admin = { email, password: demoPassword }
const apps = services.map(({ name }) => name)
const workers = services.flatMap((service) => service.workers.map(({ name }) => name))
const longRunning = ['postgres', 'redis', 'mail', ...apps, ...workers, 'gateway']
/** A cheap route of each app whose response says how many requests the limit leaves. */
const countedPaths: Record<string, string> = { auth: '/v1/me', catalog: '/v1/brands', jobs: '/v1/queues' }
/** How long the outbox may take after the last crash, retries with their pauses included. */
const deliveryLimitMs = 120_000

const send = recordedFetch(() => {})
const get = (app: string, path: string) => send(new Request(`${origin}/${app}${path}`))
const auth = createClient<AuthApi>({ baseUrl: `${origin}/auth`, fetch: send })
const say = (line: string) => console.log(line)

/**
 * Shows with a real engine what docs/compose.md promises: starts the demo, inspects its containers, stops and starts
 * it again, scales it, crashes every service under load. Needs Docker with compose, and the demo's ports.
 */
export async function prove(): Promise<void> {
  await step('up from nothing', () => composeShown('up', '--build', '--wait', '--quiet-pull'))
  await step('smoke', smoke)
  await step('containers have no more rights than they need', contained)
  await step('down and up again keeps the data', keepsData)
  for (const app of apps) await step(`three replicas of ${app} count as one`, () => replicasCountOnce(app))
  await step('every service recovers from a crash under load', crashes)
  await step('memory', memory)
  say('compose proof: all green')
}

async function step(name: string, run: () => Promise<void>) {
  say(`\n== ${name}`)
  const startedAt = Date.now()
  await run()
  say(`ok, ${((Date.now() - startedAt) / 1000).toFixed(1)} s`)
}

async function smoke() {
  const mailbox = catcherMailbox(mailUrl)
  const accessToken = () => login(`${origin}/auth`, admin)
  for (const service of apps) {
    const target = { service, baseUrl: `${origin}/${service}`, mailbox, admin, accessToken }
    expectThat(await runFlow(target, say), `the smoke flow of ${service} failed`)
  }
}

async function contained() {
  for (const service of longRunning) {
    const problems = await hardeningProblems(service)
    expectThat(problems.length === 0, problems.join('; '))
    say(`${service}: not root, no capabilities, a read-only file system`)
  }
}

async function keepsData() {
  const { refreshToken = '' } = expectData(await auth.POST('/v1/login', { body: admin }), 200)
  await composeShown('down')
  await composeShown('up', '--wait')
  expectStatus(await auth.POST('/v1/refresh', { body: { refreshToken } }), 200)
  say('a session from before the restart still refreshes')
}

async function replicasCountOnce(app: string) {
  const path = countedPaths[app] ?? '/'
  await composeShown('up', '--wait', '--no-recreate', '--scale', `${app}=3`)
  const requests = 30
  const remaining: number[] = []
  for (let sent = 0; sent < requests; sent += 1) {
    const { headers } = await get(app, path)
    remaining.push(Number(/;r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1]))
  }
  const steps = remaining.slice(1).map((value, index) => (remaining[index] ?? 0) - value)
  // One step may differ: the limit's minute may end between two requests.
  const others = steps.filter((value) => value !== 1)
  expectThat(others.length <= 1, `every request must count once, but the limit left: ${remaining.join(' ')}`)
  const lines = (await compose('logs', '--tail', '60', app)).split('\n')
  const served = new Set(lines.filter((line) => line.includes(`"${path}"`)).map((line) => line.split('|')[0]))
  expectThat(served.size === 3, `expected three replicas to serve, not ${served.size}`)
  say(`${requests} requests to ${served.size} replicas counted as ${requests}`)
  await composeShown('up', '--wait', '--no-recreate', '--scale', `${app}=1`)
}

async function crashes() {
  // First, before the load: the mail catcher loses its mails when it crashes.
  say(`mail is back after ${await crash('mail')} ms`)
  await smoke()
  await composeShown('--profile', 'load', 'up', '--detach', '--no-deps', 'load')
  for (const service of [...apps, ...workers, 'redis', 'postgres', 'gateway']) {
    say(`${service} is back after ${await crash(service)} ms`)
    for (const app of apps) {
      const isReady = async () => {
        const { status }: { status?: unknown } = JSON.parse(await (await get(app, '/readyz')).text())
        return status === 'ok'
      }
      await until(`${app} is ready`, deliveryLimitMs, isReady)
    }
    await smoke()
  }
  await composeShown('--profile', 'load', 'stop', 'load')
  const lines = (await compose('--profile', 'load', 'logs', '--no-log-prefix', 'load')).trim().split('\n')
  say(lines.at(-1) ?? '')
  const [load] = await containersOf('load')
  expectThat(load?.State.ExitCode === 0, 'the load generator found a lost write')
  await composeShown('--profile', 'load', 'rm', '--force', 'load')

  const counts: Record<string, number> = JSON.parse(lines.at(-1) ?? '{}')
  const registered = counts['register 202'] ?? 0
  await until(`a mail for each of ${registered} registrations`, deliveryLimitMs, async () => {
    const response = await fetch(`${mailUrl}/email`)
    const recipients = new Set((await response.text()).match(/load-[a-z0-9-]+@example\.com/g))
    return recipients.size >= registered
  })
  say(`each of ${registered} acknowledged registrations got its mail`)
}

async function memory() {
  for (const service of longRunning) {
    const [container] = await containersOf(service)
    expectThat(container?.State.OOMKilled === false, `${service} ran out of memory`)
    const { peakMib, limitMib } = await memoryPeak(service)
    say(`${service}: peak ${peakMib} MiB of ${limitMib} MiB`)
  }
}
