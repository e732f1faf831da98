import { availableParallelism, cpus } from 'node:os'
import { hash } from '@node-rs/argon2'

// Measures argon2id on this machine and proposes settings: the most memory that a hash can take in the time that a
// login may cost. Memory first, since it is what an attacker's hardware lacks; then passes (RFC 9106, section 4).

/** A login that hashes for longer is felt, and lets one core serve fewer; a shorter one is cheaper to guess at. */
const targetMs = { least: 25, most: 40 }
/** OWASP's floor (19 MiB, two passes) and what lies above it. */
const memoryMib = [19, 24, 32, 46, 64, 96, 128, 192, 256]
const leastPasses = 2
const mostPasses = 20
/** The median of so many, after one that is not counted. */
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
  measured.push(await measure(memory, leastPasses))
  if ((measured.at(-1)?.ms ?? 0) > targetMs.most) break
}
let best = measured.findLast(({ ms }) => ms <= targetMs.most)
while (best && best.ms < targetMs.least && best.passes < mostPasses) {
  const next = await measure(best.memoryMib, best.passes + 1)
  measured.push(next)
  if (next.ms > targetMs.most) break
  best = next
}

console.log(
  `argon2id on ${cpus()[0]?.model ?? 'this machine'}, ${availableParallelism()} cores, one hash at a time\n`,
)
console.table(measured)
if (!best) console.log('This machine is slow: take the floor all the same, a weaker hash is no choice.')
console.log(`ARGON2_MEMORY_KIB=${(best?.memoryMib ?? 19) * 1024}`)
console.log(`ARGON2_PASSES=${best?.passes ?? leastPasses}`)
console.log(
  '\nSet them before the first account: an older hash keeps its parameters until its owner signs in, and until then\nthe time of a wrong password tells that the account exists.',
)
