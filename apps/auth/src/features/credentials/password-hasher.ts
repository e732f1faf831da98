import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { serviceProblem } from '@fondasi/service'
import { hash as argon2Hash, verify as argon2Verify, parseOptions } from '@node-rs/argon2'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { problem } from '../../errors.ts'
import { normalisePassword } from './password-policy.ts'
import { createSemaphore, QueueFull } from './semaphore.ts'

export interface PasswordHasher {
  /**
   * @throws {Problem} `temporary_capacity` when too many wait. Asked before a login is counted against its throttle,
   * so that our own lack of capacity never locks anybody out.
   */
  assertCapacity(): void
  /**
   * @param password as typed or normalised: it is normalised here, so that no caller can forget to
   * @param signal aborted when the client has gone: its place in the queue is dropped
   * @returns a PHC string of argon2id
   * @throws {Problem} `temporary_capacity` or `client_gone`
   */
  hash(password: string, signal?: AbortSignal): Promise<string>
  /**
   * Does the same work whether there is a hash or not: for an account that is not there, or a hash that cannot be read,
   * a dummy made with the current parameters is verified and the answer is false. A hash of before a change of the
   * parameters takes its old time, which tells that its account exists, until its owner signs in: see `needsRehash`.
   *
   * @throws {Problem} `temporary_capacity` or `client_gone`: the password was not tested
   */
  verify(hash: string | undefined, password: string, signal?: AbortSignal): Promise<boolean>
  /** Whether a hash costs an attacker less than one made now would. */
  needsRehash(hash: string): boolean
}

/** A login that waits longer is given up by its user; what is queued behind it is work for nobody. */
const maxQueueMs = 2_000
/** Weight of the newest duration in the moving average: about the last twenty count. */
const averageWeight = 0.1

/**
 * argon2id (RFC 9106) behind a semaphore. One hash keeps a core and a thread of the libuv pool busy for tens of
 * milliseconds; without the cap a burst of logins would slow down everything else that the process does.
 *
 * @param options.memoryKib memory per hash; OWASP's floor is 19 MiB with two passes
 * @param options.concurrency hashes at once; 0 leaves one core for everything else
 * @param options.clock milliseconds, for durations only
 */
export async function createPasswordHasher(options: {
  memoryKib: number
  passes: number
  concurrency: number
  registry: Registry
  clock?: () => number
}): Promise<PasswordHasher> {
  const { memoryKib, passes, clock = () => performance.now() } = options
  // argon2id is the library's default algorithm; 16 bytes of salt and 32 of output are, too.
  const parameters = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const permits = options.concurrency || Math.max(1, availableParallelism() - 1)

  const startedAt = clock()
  // Made with the current parameters, as the hashes of known addresses are once their owners have signed in.
  const dummy = await argon2Hash(randomBytes(16).toString('base64'), parameters)
  let averageMs = clock() - startedAt

  const semaphore = createSemaphore({
    permits,
    maxWaiting: () => Math.floor((maxQueueMs / Math.max(averageMs, 1)) * permits),
  })
  const { waits, shed } = hasherMetrics(options.registry, () => semaphore.waiting)

  function refusal(): Error {
    shed.inc()
    return problem('temporary_capacity', { headers: { 'retry-after': String(maxQueueMs / 1000) } })
  }

  /** Runs native work in its turn, and learns how long such work takes. */
  async function inTurn<Result>(
    work: () => Promise<Result>,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    const queuedAt = clock()
    try {
      return await semaphore.run(async () => {
        const begunAt = clock()
        waits.observe((begunAt - queuedAt) / 1000)
        const result = await work()
        averageMs += averageWeight * (clock() - begunAt - averageMs)
        return result
      }, signal)
    } catch (error) {
      if (error instanceof QueueFull) throw refusal()
      if (signal?.aborted && error === signal.reason) throw serviceProblem('client_gone')
      throw error
    }
  }

  return {
    assertCapacity() {
      if (semaphore.full) throw refusal()
    },
    hash: (password, signal) => inTurn(() => argon2Hash(normalisePassword(password), parameters), signal),
    async verify(hash, password, signal) {
      const known = hash !== undefined && parametersOf(hash) !== undefined ? hash : undefined
      const matches = await inTurn(() => argon2Verify(known ?? dummy, normalisePassword(password)), signal)
      return matches && known !== undefined
    },
    needsRehash(hash) {
      const made = parametersOf(hash)
      // Memory times passes is the price of a guess: OWASP's equal settings (46 MiB × 1, 19 × 2, 12 × 3, …) have
      // about the same product.
      return made === undefined || made.memoryCost * made.timeCost < memoryKib * passes
    },
  }
}

/** The parameters inside a PHC string, or undefined when it is not one of argon2id. */
function parametersOf(hash: string) {
  if (!hash.startsWith('$argon2id$')) return undefined
  try {
    return parseOptions(hash)
  } catch {
    return undefined
  }
}

function hasherMetrics(registry: Registry, waiting: () => number) {
  const depth = new Gauge({
    name: 'auth_hash_queue_depth',
    help: 'Password hashes that wait for their turn',
    registers: [],
    collect() {
      this.set(waiting())
    },
  })
  registry.registerMetric(depth)
  return {
    waits: new Histogram({
      name: 'auth_hash_wait_seconds',
      help: 'How long password hashes waited for their turn',
      buckets: [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2],
      registers: [registry],
    }),
    shed: new Counter({
      name: 'auth_hash_shed_total',
      help: 'Requests refused because too many password hashes were waiting',
      registers: [registry],
    }),
  }
}
