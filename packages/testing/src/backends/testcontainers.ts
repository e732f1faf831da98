import type { Backend } from './backend.ts'

const postgresImage = 'postgres:18'
const redisImage = 'redis:8'
const redisPort = 6379

/** The images of the tests' servers. */
export const testImages = [postgresImage, redisImage] as const

/** Two containers for the run. Testcontainers' own reaper removes them when the run is killed. */
export async function startTestcontainersBackend(): Promise<Backend> {
  // Imported here because loading takes half a second that the other backends need not spend.
  const [{ PostgreSqlContainer }, { GenericContainer }] = await Promise.all([
    import('@testcontainers/postgresql'),
    import('testcontainers'),
  ])
  const [postgres, redis] = await Promise.all([
    new PostgreSqlContainer(postgresImage).start(),
    new GenericContainer(redisImage).withExposedPorts(redisPort).start(),
  ])
  return {
    description: `containers, ${postgresImage} and ${redisImage}`,
    postgresAdminUrl: postgres.getConnectionUri(),
    redisUrl: `redis://${redis.getHost()}:${redis.getMappedPort(redisPort)}`,
    async stop() {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}
