import { randomBytes } from 'node:crypto'
import type { Backend } from './backend.ts'

const postgresImage = 'postgres:18'
const redisImage = 'redis:8'
const postgresPort = 5432
const redisPort = 6379

/** Removes the containers of killed runs. This version of testcontainers needs this image. */
const reaperImage = 'testcontainers/ryuk:0.14.0'

/** The images that a run needs. They are pulled only if TEST_BACKEND asks for containers. */
export const testImages = [postgresImage, redisImage, reaperImage] as const

/** Starts two containers for the run. If the run is killed, Testcontainers' reaper removes them. */
export async function startTestcontainersBackend(): Promise<Backend> {
  // Imported on demand, because loading takes half a second.
  const { GenericContainer, Wait } = await import('testcontainers')
  const password = randomBytes(24).toString('base64url')
  const [postgres, redis] = await Promise.all([
    // Not the ready-made PostgreSqlContainer, because its health check runs four times a second as long as the container
    // lives. That costs a small machine a good part of a core.
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
      // The image starts a server to initialise the data, and then the final one, so the line appears twice.
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
