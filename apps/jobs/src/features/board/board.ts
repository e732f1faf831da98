import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { Service } from '@fondasi/service'
import type { Kinds } from '../kinds/define-job.ts'
import type { Entry, JobQueue, Queues } from '../queues/queues.ts'

const path = '/queues'

/**
 * Serves bull-board: pages that show the queues of BullMQ. They can change nothing, because the ledger would not see the change.
 * They show neither payloads nor results, which may be personal data. The API shows those to clients with `jobs:read`.
 *
 * @param app a listener that only operators can reach
 */
export async function registerBoard(app: Service, core: { kinds: Kinds; queues: Queues }): Promise<void> {
  const { kinds, queues } = core
  const shown = kinds.queues
    .flatMap((name) => [queues.of(name, 'normal'), queues.of(name, 'quarantine')])
    .filter((queue) => queue !== undefined)
  const serverAdapter = new FastifyAdapter().setBasePath(path)
  createBullBoard({
    queues: shown.map(toAdapter),
    serverAdapter,
    // The page finds workers by the names of their connections, and ours have other names.
    options: { uiConfig: { boardTitle: 'Jobs', showWorkers: false } },
  })
  await app.register(
    async (scope: Service) => {
      // In read-only mode the pages hide changes, but the route of "pause all" would still work.
      scope.addHook('onRequest', async ({ method }, reply) => {
        if (method !== 'GET' && method !== 'HEAD') return reply.code(405).header('allow', 'GET, HEAD').send()
        return undefined
      })
      await scope.register(serverAdapter.registerPlugin())
    },
    { prefix: path },
  )
}

function toAdapter(queue: JobQueue): BullMQAdapter {
  const adapter = new BullMQAdapter(queue, { readOnlyMode: true })
  adapter.setFormatter('data', ({ tenant, rootId, dispatchNo }: Entry) => ({ tenant, rootId, dispatchNo }))
  adapter.setFormatter('returnValue', () => undefined)
  return adapter
}
