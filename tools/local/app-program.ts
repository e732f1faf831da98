import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { services } from '../services.ts'
import { findRunning } from './claim.ts'
import { root } from './paths.ts'
import { openSecrets } from './secrets.ts'
import { serviceEnv } from './service-env.ts'
import { readState } from './state.ts'

/**
 * Runs a one-shot program of an app on our terminal, with the environment that `npm start` gives its service. In a
 * deployment the program runs in the service's own environment, without this tool.
 *
 * @param program from the app's folder, such as `src/keys.ts`
 * @returns the program's exit code, or 1 when the service is not running
 */
export async function runAppProgram(app: string, program: string, args: string[]): Promise<number> {
  const service = services.find(({ name }) => name === app)
  const state = (await findRunning()) === undefined ? undefined : await readState()
  const running = state?.services.find(({ name }) => name === app)
  if (!service || !state || !running) {
    console.error(`${app} is not running: start it with npm start`)
    return 1
  }
  const { secret } = await openSecrets()
  const child = spawn(process.execPath, [program, ...args], {
    cwd: join(root, service.folder),
    stdio: 'inherit',
    env: serviceEnv(service, {
      port: service.port,
      adminPort: service.adminPort,
      publicUrl: running.url,
      databaseUrl: running.databaseUrl,
      redisUrl: state.redis.url,
      smtpUrl: state.mail.smtpUrl,
      secret,
      urlOf: (name) => state.services.find((other) => other.name === name)?.url,
    }),
  })
  const [code]: (number | null)[] = await once(child, 'exit')
  return code ?? 1
}
