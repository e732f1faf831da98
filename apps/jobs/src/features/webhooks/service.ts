import type { Sealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { v7 as uuidv7 } from 'uuid'
import { problem } from '../../errors.ts'
import { countSelected } from '../dead/repository.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import { deliverName } from './deliver-kind.ts'
import type { Endpoint } from './repository.ts'
import * as repository from './repository.ts'
import { newWebhookSecret } from './signature.ts'
import type { TargetRules } from './target-guard.ts'

/** An event makes one job for each endpoint, so this bounds what one event costs. */
const maxEndpoints = 100

interface EndpointPatch {
  url?: string | undefined
  events?: string[] | undefined
  state?: 'enabled' | 'disabled' | undefined
}

/** Dead letters of an endpoint, as a filter for redrives. */
interface Missed {
  count: number
  filter: { kind: string; payload: { endpointId: string } }
}

export type WebhookEndpoints = ReturnType<typeof createWebhookEndpoints>

/** Where the webhooks of a tenant are sent. */
export function createWebhookEndpoints(deps: {
  db: Db
  sealer: Sealer
  targets: Pick<TargetRules, 'refusal'>
  enqueuer: Enqueuer
}) {
  const { db, sealer, targets, enqueuer } = deps

  function checkUrl(url: string | undefined): void {
    const detail = url === undefined ? undefined : targets.refusal(url)
    if (detail === undefined) return
    throw problem('webhook_target_refused', { errors: [{ pointer: '/body/url', code: 'refused', detail }] })
  }
  const found = (endpoint: Endpoint | undefined): Endpoint => {
    if (endpoint === undefined) throw problem('webhook_endpoint_not_found')
    return endpoint
  }
  const record = (tx: Tx, by: ChangedBy, action: string, id: string) =>
    recordChange(tx, by, `webhook_endpoint_${action}`, [{ type: 'webhook_endpoint', id }])

  return {
    list: (tenant: string, range: Range) => repository.listEndpoints(db, tenant, range),

    /** @throws `webhook_endpoint_not_found` */
    get: async (tenant: string, id: string): Promise<Endpoint> =>
      found(await repository.findEndpoint(db, tenant, id)),

    /**
     * @returns the endpoint with its secret, which is shown only here
     * @throws `webhook_target_refused`, `too_many_webhook_endpoints`
     */
    async create({ url, events }: { url: string; events: string[] }, by: ChangedBy) {
      checkUrl(url)
      const id = uuidv7()
      const secret = newWebhookSecret()
      const row = { id, tenant: by.tenant, url, events, secret: sealer.seal({ secret }, id) }
      const created = await withTransaction(db, async (tx) => {
        const inserted = await repository.insertEndpoint(tx, row, maxEndpoints)
        if (inserted === undefined) throw problem('too_many_webhook_endpoints')
        await record(tx, by, 'created', id)
        return inserted
      })
      return { ...created, secret }
    },

    /**
     * Changes an endpoint. One that is enabled starts afresh: its earlier failures no longer count.
     *
     * @returns the endpoint, and what it has missed if it is now enabled
     * @throws `webhook_endpoint_not_found`, `webhook_target_refused`
     */
    async update(id: string, { url, events, state }: EndpointPatch, by: ChangedBy) {
      checkUrl(url)
      const endpoint = await withTransaction(db, async (tx) => {
        const held = found(await repository.lockEndpoint(tx, by.tenant, id))
        const changed = { url: url ?? held.url, events: events ?? held.events, ...stateChange(held, state) }
        await record(tx, by, 'updated', id)
        return found(await repository.updateEndpoint(tx, by.tenant, id, changed))
      })
      return { ...endpoint, missed: state === 'enabled' ? await missedBy(endpoint) : null }
    },

    /** Deletes an endpoint. Its deliveries that wait end without a dead letter. @throws `webhook_endpoint_not_found` */
    async delete(id: string, by: ChangedBy): Promise<void> {
      await withTransaction(db, async (tx) => {
        if (!(await repository.deleteEndpoint(tx, by.tenant, id))) throw problem('webhook_endpoint_not_found')
        await record(tx, by, 'deleted', id)
      })
    },

    /**
     * Gives an endpoint a new secret. For a day, deliveries are signed with both.
     * @throws `webhook_endpoint_not_found`
     */
    async rotateSecret(id: string, by: ChangedBy) {
      const secret = newWebhookSecret()
      const rotated = await withTransaction(db, async (tx) => {
        const row = found(await repository.rotateSecret(tx, by.tenant, id, sealer.seal({ secret }, id)))
        await record(tx, by, 'secret_rotated', id)
        return row
      })
      return { ...rotated, secret }
    },

    /** Enqueues a delivery to try an endpoint. @returns the job's id @throws `webhook_endpoint_not_found` */
    async test(id: string, { tenant }: ChangedBy): Promise<string> {
      found(await repository.findEndpoint(db, tenant, id))
      const payload = {
        endpointId: id,
        eventId: `evt_${uuidv7()}`,
        type: 'webhook.test',
        timestamp: new Date().toISOString(),
        data: {},
      }
      const rows = await enqueuer.insert(db, [{ kind: enqueuer.kindOf(deliverName), payload, tenant }])
      enqueuer.committed(rows)
      const [{ id: jobId } = { id: '' }] = rows
      return jobId
    },
  }

  async function missedBy({ tenant, id }: Endpoint): Promise<Missed> {
    const filter = { kind: deliverName, payload: { endpointId: id } }
    return { count: await countSelected(db, tenant, { filter }), filter }
  }
}

function stateChange(held: Endpoint, state: EndpointPatch['state']): Partial<Endpoint> {
  if (state === undefined || state === held.state) return {}
  return state === 'enabled'
    ? { state, disabledReason: null, disabledAt: null, failingSince: null }
    : { state, disabledReason: 'by_hand', disabledAt: new Date() }
}
