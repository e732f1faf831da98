import { type RequestOptions, request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'

// An engine on this machine answers within 20 ms, and a socket without an engine refuses within 2 ms.
const answerTimeoutMs = 500

export type DockerEngine = { hasImages(names: readonly string[]): Promise<boolean> }

/**
 * Finds a container engine that answers. If DOCKER_HOST is set, it tries only that engine, while Testcontainers would
 * silently use another one.
 */
export async function findDockerEngine(
  env: Record<string, string | undefined>,
): Promise<DockerEngine | undefined> {
  for (const address of addresses(env)) {
    if ((await statusOf(address, '/version')) !== 200) continue
    return {
      async hasImages(names) {
        const found = await Promise.all(names.map((name) => statusOf(address, `/images/${name}/json`)))
        return found.every((status) => status === 200)
      },
    }
  }
  return undefined
}

function addresses(env: Record<string, string | undefined>): RequestOptions[] {
  const host = env['DOCKER_HOST']
  if (host) {
    const url = new URL(host)
    return [url.protocol === 'unix:' ? { socketPath: url.pathname } : { host: url.hostname, port: url.port }]
  }
  // The sockets that Testcontainers tries: the system's engine, rootless engines, Docker Desktop.
  const sockets = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')]
  const runtimeDir = env['XDG_RUNTIME_DIR']
  if (runtimeDir) sockets.push(join(runtimeDir, 'docker.sock'))
  return sockets.map((socketPath) => ({ socketPath }))
}

async function statusOf(address: RequestOptions, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request({ ...address, path, signal: AbortSignal.timeout(answerTimeoutMs) }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}
