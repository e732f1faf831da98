import type { Redis } from 'ioredis'
import type { Logger } from 'pino'

/**
 * Knows which run of the Redis server a client is connected to: its `run_id`, which changes at each start of the server.
 *
 * @returns a function that returns the id, or undefined while it is not known
 */
export function followRedisRun(redis: Redis, log: Logger): () => string | undefined {
  let current: string | undefined
  const read = async () => {
    const info = await redis.info('server')
    current = /^run_id:(\w+)/m.exec(info)?.[1]
  }
  const readOrLog = () =>
    void read().catch((error: unknown) => log.debug({ err: error }, 'cannot read the run id'))
  redis.on('close', () => {
    current = undefined
  })
  redis.on('ready', readOrLog)
  if (redis.status === 'ready') readOrLog()
  return () => current
}
