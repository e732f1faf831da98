// Simulates many people who send requests to all services in turn, at a steady rate. Run `node main.ts` with LOAD_URL
// (the gateway), LOAD_REQUESTS_PER_SECOND and LOAD_SECONDS. If no auth service is behind the gateway, the client of jobs needs
// LOAD_TOKEN, an access token. The program sends on schedule and does not wait for responses, so a slow service does not reduce
// the load. The last line is the total. The exit code is 1 if acknowledged data was lost.
import { isIP } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { clients } from './clients.ts'
import { createReport } from './report.ts'
import type { VirtualClient } from './virtual-client.ts'

/** What a demo machine can handle; real load tests need a machine of their own. */
const maxRequestsPerSecond = 500
const maxSeconds = 3_600
/** Stops sending to services that do not respond. */
const maxInFlight = 200
const reportEveryMs = 10_000

const url = ownMachineUrl(process.env.LOAD_URL ?? 'http://localhost:4100')
const rate = setting('LOAD_REQUESTS_PER_SECOND', 20, maxRequestsPerSecond)
const seconds = setting('LOAD_SECONDS', 60, maxSeconds)

const lost: string[] = []
// Enough people per service that nobody reaches the limits of one address or one session.
const crowds = Object.entries(clients).map(([name, createClient]) =>
  Array.from({ length: Math.max(10, rate) }, (_, number) =>
    createClient({
      url: `${url}/${name}`,
      address: addressOf(number),
      number,
      lost: (what) => lost.push(`${name}: ${what}`),
    }),
  ),
)
const busy = new Set<VirtualClient>()
const total = createReport()
let recent = createReport()
let sent = 0
const stopped = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopped.abort())

const reporting = setInterval(() => {
  console.log(recent.line())
  recent = createReport()
}, reportEveryMs)
const startedAt = performance.now()
const count = rate * seconds
const running = new Set<Promise<void>>()
while (sent < count && !stopped.signal.aborted) {
  const dueAt = startedAt + (sent * 1000) / rate
  await delay(Math.max(0, dueAt - performance.now()), undefined, { signal: stopped.signal }).catch(() => {})
  const people = crowds[sent % crowds.length] ?? []
  const person = people.find((candidate) => !busy.has(candidate))
  if (!person || running.size >= maxInFlight) {
    total.skip()
    recent.skip()
  } else {
    // Round robin: the person goes to the end of the queue.
    people.push(...people.splice(people.indexOf(person), 1))
    const request = send(person, Math.floor(sent / crowds.length))
    running.add(request)
    void request.finally(() => running.delete(request))
  }
  sent += 1
}
await Promise.all(running)
clearInterval(reporting)
for (const what of lost) console.error(`LOST: ${what}`)
console.log(total.line())
process.exitCode = lost.length > 0 ? 1 : 0

async function send(person: VirtualClient, index: number): Promise<void> {
  busy.add(person)
  const outcome = await person.act(index)
  busy.delete(person)
  total.add(outcome)
  recent.add(outcome)
}

/** From the address range for benchmarks (RFC 2544), which nobody owns. */
function addressOf(index: number): string {
  return `198.18.${Math.floor(index / 250)}.${(index % 250) + 1}`
}

function setting(name: string, fallback: number, max: number): number {
  const value = Number(process.env[name] ?? fallback)
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw new Error(`${name} must be a whole number from 1 to ${max}`)
  return value
}

/** Accepts only this machine or a name on a container network, so nobody can aim it at others. */
function ownMachineUrl(text: string): string {
  const { hostname } = new URL(text)
  const isNear = hostname === 'localhost' || /^127\.|^\[::1\]$/.test(hostname)
  const isContainer = !hostname.includes('.') && isIP(hostname) === 0
  if (!isNear && !isContainer)
    throw new Error(`LOAD_URL must name this machine or a container, not ${hostname}`)
  return text.replace(/\/$/, '')
}
