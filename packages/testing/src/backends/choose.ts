import type { Backend } from './backend.ts'
import { findDockerEngine } from './docker-engine.ts'
import { startEmbeddedBackend } from './embedded.ts'
import { useServersFromEnv } from './env.ts'
import { startTestcontainersBackend, testImages } from './testcontainers.ts'

type Options = {
  env: Record<string, string | undefined>
  runId: string
  say: (line: string) => void
}

/**
 * Starts the servers for a test run and prints which backend it uses.
 *
 * `TEST_BACKEND=env|testcontainers|embedded` forces a backend, and the run fails if that backend is missing. Without it,
 * the first possible backend is used: servers named in the environment, containers (if an engine answers and has the
 * images), embedded binaries.
 */
export async function startBackend(options: Options): Promise<Backend> {
  const backend = await choose(options)
  options.say(`Test backend: ${backend.description}`)
  return backend
}

async function choose(options: Options): Promise<Backend> {
  const forced = options.env['TEST_BACKEND']
  switch (forced) {
    case undefined:
    case '':
      return chooseByItself(options)
    case 'env':
      return useServersFromEnv(options)
    case 'testcontainers': {
      // If images are missing, the engine pulls them.
      const engine = await findDockerEngine(options.env)
      if (engine === undefined)
        throw new Error('TEST_BACKEND=testcontainers, but no container engine answers')
      return startTestcontainersBackend()
    }
    case 'embedded':
      return startEmbeddedBackend()
    default:
      throw new Error(`TEST_BACKEND is "${forced}"; set it to env, testcontainers or embedded`)
  }
}

async function chooseByItself(options: Options): Promise<Backend> {
  const { env, say } = options
  if (env['TEST_DATABASE_ADMIN_URL'] || env['TEST_REDIS_URL']) return useServersFromEnv(options)

  const engine = await findDockerEngine(env)
  if (engine !== undefined && (await engine.hasImages(testImages))) {
    try {
      return await startTestcontainersBackend()
    } catch (error) {
      say(`Could not start containers; using embedded servers instead: ${String(error)}`)
    }
  }
  return startEmbeddedBackend()
}
