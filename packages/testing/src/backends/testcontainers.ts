import { randomBytes } from 'node:crypto'
import type { Backend } from './backend.ts'

const postgresImage = 'postgres:18'
const redisImage = 'redis:8'
const postgresPort = 5432
const redisPort = 6379

/** Removes containers of runs that were killed; the one that this version of testcontainers asks for. */
const reaperImage = 'testcontainers/ryuk:0.14.0'

/** What a run needs; nothing is pulled unless containers are asked for by name. */
export const testImages = [postgresImage, redisImage, reaperImage] as const

/** Two containers for the run. Testcontainers' own reaper removes them when the run is killed. */
export async function startTestcontainersBackend(): Promise<Backend> {
  // Imported here because loading takes half a second that the other backends need not spend.
  const { GenericContainer, Wait } = await import('testcontainers')
  const password = randomBytes(24).toString('base64url')
  const [postgres, redis] = await Promise.all([
    // Not the ready-made PostgreSqlContainer: it asks four times a second, for as long as it runs, whether the server
    // is well, which costs a small machine a good part of a core.
    new GenericContainer(postgresImage)
      .withEnvironment({ POSTGRES_PASSWORD: password })
      .withCommand([
        'postgres',
        '-c',
        'fsync=off',
        '-c',
        'synchronous_commit=off',
        '-c',
        'full_page_writes=off',
      ])
      .withExposedPorts(postgresPort)
      // The image starts a server to initialise the data, and then the real one.
      .withWaitStrategy(Wait.forLogMessage(/database system is ready to accept connections/, 2))
      .start(),
    new GenericContainer(redisImage).withExposedPorts(redisPort).start(),
  ])
  return {
    description: `containers, ${postgresImage} and ${redisImage}`,
    postgresAdminUrl: `postgres://postgres:${password}@${postgres.getHost()}:${postgres.getMappedPort(postgresPort)}/postgres`,
    redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(redisPort)}`,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}
