import { availableParallelism, cpus } from 'node:os'
import { hash } from '@node-rs/argon2'

// Measures argon2id on this machine and proposes settings: as much memory as fits into the time that a login may take. Memory
// comes first, because an attacker's hardware has little of it per core. Then come passes (RFC 9106, section 4).

/** Users notice a longer hash, and a core then serves fewer logins. A shorter one makes guessing cheaper. */
const targetMs = { min: 25, max: 40 }
/** OWASP's minimum (19 MiB, two passes) and larger sizes. */
const memoryMib = [19, 24, 32, 46, 64, 96, 128, 192, 256]
const minPasses = 2
const maxPasses = 20
/** We take the median of this many hashes, after one warm-up hash. */
const rounds = 9

interface Measured {
  memoryMib: number
  passes: number
  ms: number
}

async function measure(memoryMib: number, passes: number): Promise<Measured> {
  const options = { memoryCost: memoryMib * 1024, timeCost: passes, parallelism: 1 }
  await hash('calibration', options)
  const durations: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now()
    await hash('calibration', options)
    durations.push(performance.now() - startedAt)
  }
  durations.sort((a, b) => a - b)
  const median = durations[Math.floor(rounds / 2)] ?? 0
  return { memoryMib, passes, ms: Math.round(median * 10) / 10 }
}

const measured: Measured[] = []
for (const memory of memoryMib) {
  measured.push(await measure(memory, minPasses))
  if ((measured.at(-1)?.ms ?? 0) > targetMs.max) break
}
let best = measured.findLast(({ ms }) => ms <= targetMs.max)
while (best && best.ms < targetMs.min && best.passes < maxPasses) {
  const next = await measure(best.memoryMib, best.passes + 1)
  measured.push(next)
  if (next.ms > targetMs.max) break
  best = next
}

console.log(
  `argon2id on ${cpus()[0]?.model ?? 'this machine'}, ${availableParallelism()} cores, one hash at a time\n`,
)
console.table(measured)
if (!best) console.log('This machine is slow. Use the minimum anyway: a weaker hash is not safe.')
console.log(`ARGON2_MEMORY_KIB=${(best?.memoryMib ?? 19) * 1024}`)
console.log(`ARGON2_PASSES=${best?.passes ?? minPasses}`)
console.log(
  '\nSet them before the first account. An older hash keeps its parameters until its owner signs in. Until then the\nresponse time of a wrong password reveals that the account exists.',
)
