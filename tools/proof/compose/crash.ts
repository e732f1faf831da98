import { compose, containersOf, until } from './engine.ts'

/** A crashed database replays its log, a service waits for it, and the machine may be slow. */
const recoveryLimitMs = 180_000

/**
 * Kills all processes of a service at once (SIGKILL), as a crash does, and waits until it is healthy again by
 * itself. From inside, because the engine takes `docker compose kill` for a wish and does not restart.
 * @returns milliseconds until it was healthy
 */
export async function crash(service: string): Promise<number> {
  const [before] = await containersOf(service)
  if (!before) throw new Error(`${service} does not run`)
  const startedAt = Date.now()
  // The shell dies with the rest, so its exit code says nothing.
  await compose('exec', '-T', service, 'sh', '-c', 'kill -9 -1').catch(() => {})
  await until(`${service} recovers`, recoveryLimitMs, async () => {
    const [now] = await containersOf(service)
    return (
      now !== undefined && now.RestartCount > before.RestartCount && now.State.Health?.Status === 'healthy'
    )
  })
  return Date.now() - startedAt
}
