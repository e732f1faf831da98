import { expectStatus, expectThat } from './expectations.ts'
import type { SmokeContext } from './flow.ts'

/** The routes that every service has and its OpenAPI description leaves out. */
export async function commonRoutes({ get, step }: SmokeContext): Promise<void> {
  const json = async (path: string) => JSON.parse(await expectStatus(await get(path), 200).text())
  await step('ready, with a result for each dependency', async () => {
    const { status }: { status?: unknown } = await json('/readyz')
    expectThat(status === 'ok', 'expected the status ok')
  })
  await step('the API reference and its OpenAPI', async () => {
    expectStatus(await get('/docs/'), 200)
    const { openapi }: { openapi?: unknown } = await json('/openapi.json')
    expectThat(openapi === '3.1.0', 'expected 3.1.0')
  })
}
