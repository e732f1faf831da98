// npm run seed -- catalog [--scale 1000000]: adds invented products until the shop has that many, in what `npm start`
// runs, or in its data when nothing runs.
import { statfs } from 'node:fs/promises'
import type { SupervisedProcess } from '@fondasi/embedded'
import { seedWarning } from './local/catalog/seed-cost.ts'
import { claimCheckout, releaseCheckout } from './local/claim.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { openPostgres, openRedis } from './local/data-stores.ts'
import { listenForInterrupts } from './local/interrupts.ts'
import { root } from './local/paths.ts'
import { openSecrets } from './local/secrets.ts'
import { prepareService, seedService } from './local/service-process.ts'
import { readState } from './local/state.ts'
import { services } from './services.ts'

const say = (line: string) => console.log(line)
const { values, positionals } = readCommandLine('seed', {
  allowPositionals: true,
  options: { scale: { type: 'string', default: '5000' } },
})
const scale = Number(values.scale)
const service = services.find(({ name }) => name === 'catalog')
if (!service || positionals.join() !== service.name || !(Number.isInteger(scale) && scale > 0))
  exitWithUsage('seed')

const { bavail, bsize } = await statfs(root)
const warning = seedWarning(scale, bavail * bsize)
if (warning) say(warning)

const own: SupervisedProcess[] = []
const interrupted = listenForInterrupts(() => {
  for (const process of own) process.kill()
  process.exit(1)
})
const holder = await claimCheckout()
try {
  const urls = holder === undefined ? await startStores() : await storesOf(holder)
  const { secret } = await openSecrets()
  const { port, adminPort } = service
  const ports = { port, adminPort, workers: {} }
  const others = { smtpUrl: undefined, urlOf: () => undefined }
  const plan = { ...urls, ...others, service, secret, ports, watch: false, say }
  const database = await prepareService(plan)
  say(`Adding invented products until there are ${scale}; those that exist stay.`)
  const args = ['--scale', String(scale)]
  await seedService(plan, database, { args, onLine: createProgress(), interrupted })
} catch (error) {
  if (interrupted.aborted) say('Interrupted. The same command continues where it stopped.')
  else say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
} finally {
  for (const store of own.toReversed()) await store.stop()
  if (holder === undefined) await releaseCheckout()
}

async function startStores() {
  const postgres = await openPostgres(say)
  if (postgres.process) own.push(postgres.process)
  const redis = await openRedis(say)
  if (redis.process) own.push(redis.process)
  return { postgresUrl: postgres.running.url, redisUrl: redis.running.url }
}

async function storesOf(pid: number) {
  const state = await readState()
  if (state?.pid !== pid) throw new Error(`Process ${pid} is still starting or seeding: wait for it.`)
  return { postgresUrl: state.postgres.url, redisUrl: state.redis.url }
}

/** Reads the seed's log and says each percent once. */
function createProgress(): (line: string) => void {
  let shown = -1
  return (line) => {
    if (!line.startsWith('{')) return
    const { written, perSecond, secondsLeft, added, msg } = JSON.parse(line)
    const percent = Math.floor((100 * written) / scale)
    if (written !== undefined && percent !== shown) {
      shown = percent
      const left = `${Math.floor(secondsLeft / 60)} min ${secondsLeft % 60} s left`
      say(`${String(percent).padStart(3)} %  ${written} products, ${perSecond} per second, ${left}`)
    } else if (added !== undefined) say(`There are ${scale} invented products, ${added} of them new.`)
    else if (written === undefined) say(msg)
  }
}
