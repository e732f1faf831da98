import { services } from '../services.ts'
import type { SmokeContext } from './flow.ts'
import { flows } from './flows.ts'
import { type Exchange, recordedFetch } from './recorded-fetch.ts'

export type Target = Omit<SmokeContext, 'fetch' | 'get' | 'step'> & { service: string }

/**
 * Runs the flow of one service and prints each step with its time.
 *
 * @returns false after the first failure, which is printed with its request and response
 */
export async function runFlow({ service, ...target }: Target, say: (line: string) => void): Promise<boolean> {
  const flow = flows[service]
  if (!flow)
    throw new Error(
      `There is no flow for ${service}. The services are ${services.map(({ name }) => name).join(', ')}`,
    )
  let last: Exchange | undefined
  const fetch = recordedFetch((exchange) => (last = exchange))
  let current = ''
  try {
    await flow({
      ...target,
      fetch,
      get: (path) => fetch(new Request(`${target.baseUrl}${path}`)),
      async step(name, run) {
        current = name
        const startedAt = performance.now()
        const result = await run()
        const ms = Math.round(performance.now() - startedAt)
        say(`ok      ${String(ms).padStart(5)} ms  ${service}: ${name}`)
        return result
      },
    })
    return true
  } catch (error) {
    say(`FAILED            ${service}: ${current}: ${error instanceof Error ? error.message : String(error)}`)
    if (last) say(`  ${last.request}\n  ${last.status}\n  ${last.text.slice(0, 2_000)}`)
    return false
  }
}
