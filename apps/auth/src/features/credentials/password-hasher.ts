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
   * Call it before a login is counted against its throttle, so that an overload never locks anybody out.
   *
   * @throws {Problem} `temporary_capacity` when too many hashes are waiting
   */
  assertCapacity(): void
  /**
   * @param password is normalised here, so that no caller can forget to
   * @param signal aborts when the client disconnects, which removes it from the queue
   * @returns an argon2id PHC string
   * @throws {Problem} `temporary_capacity` or `client_gone`
   */
  hash(password: string, signal?: AbortSignal): Promise<string>
  /**
   * Does the same work whether there is a hash or not. Without a hash, or with one that cannot be read, it verifies a
   * dummy with the current parameters and returns false. A hash with older parameters takes a different time, which
   * reveals that its account exists, until its owner signs in: see `needsRehash`.
   *
   * @throws {Problem} `temporary_capacity` or `client_gone`: the password was not tested
   */
  verify(hash: string | undefined, password: string, signal?: AbortSignal): Promise<boolean>
  /** Whether a guess against this hash costs less than against a hash with the current parameters. */
  needsRehash(hash: string): boolean
}

/** Users give up on a login that waits longer, so work queued behind it would be wasted. */
const maxQueueMs = 2_000
/** Weight of the newest duration in the moving average: about the last twenty durations count. */
const averageWeight = 0.1

/**
 * argon2id (RFC 9106) behind a semaphore. One hash occupies a core and a thread of the libuv pool for tens of
 * milliseconds. Without the limit a burst of logins would slow down everything else in the process.
 *
 * @param options.memoryKib memory per hash; OWASP's floor is 19 MiB with two passes
 * @param options.concurrency how many hashes run at once; 0 leaves one core for everything else
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
  // The library's defaults are argon2id, 16 bytes of salt and 32 bytes of output.
  const parameters = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }
  const permits = options.concurrency || Math.max(1, availableParallelism() - 1)

  const startedAt = clock()
  // With the current parameters, which every hash has once its owner has signed in.
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

  /** Runs native work when a permit is free, and updates the average duration. */
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
      // The cost of a guess is about memory times passes. The settings that OWASP calls equivalent (46 MiB × 1, 19 × 2,
      // 12 × 3, …) have about the same product.
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
