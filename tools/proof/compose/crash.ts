import { compose, containersOf, until } from './engine.ts'

/** A crashed database replays its log, the services wait for it, and the machine may be slow. */
const recoveryLimitMs = 180_000

/**
 * Kills all processes of a service at once with SIGKILL, as a crash does, and waits until the service is healthy again. It
 * kills from inside the container, because the engine does not restart a service after `docker compose kill`.
 * @returns milliseconds until it was healthy
 */
export async function crash(service: string): Promise<number> {
  const [before] = await containersOf(service)
  if (!before) throw new Error(`${service} is not running`)
  const startedAt = Date.now()
  // The shell is killed too, so ignore its exit code.
  await compose('exec', '-T', service, 'sh', '-c', 'kill -9 -1').catch(() => {})
  await until(`${service} recovers`, recoveryLimitMs, async () => {
    const [now] = await containersOf(service)
    return (
      now !== undefined && now.RestartCount > before.RestartCount && now.State.Health?.Status === 'healthy'
    )
  })
  return Date.now() - startedAt
}
