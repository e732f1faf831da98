import type { Sealer } from '@fondasi/outbox'
import { type Db, type Tx, withTransaction } from '@fondasi/postgres'
import { v7 as uuidv7 } from 'uuid'
import { problem } from '../../errors.ts'
import { countSelected } from '../dead/repository.ts'
import { type ChangedBy, recordChange } from '../events/audit-changes.ts'
import { createOnce } from '../idempotency/create-once.ts'
import type { Enqueuer } from '../jobs/enqueue.ts'
import { deliverName } from './deliver-kind.ts'
import { newSecret, openSecret } from './endpoint-secret.ts'
import type { Endpoint } from './repository.ts'
import * as repository from './repository.ts'
import type { EndpointPatch, NewEndpoint } from './schemas.ts'
import type { TargetRules } from './target-guard.ts'

/** An event makes one job for each endpoint, so this bounds what one event costs. */
const maxEndpoints = 100

export type WebhookEndpoints = ReturnType<typeof createWebhookEndpoints>

/** Where the webhooks of a tenant are sent. */
export function createWebhookEndpoints(deps: {
  db: Db
  sealer: Sealer
  targets: TargetRules
  enqueuer: Enqueuer
  clock: () => Date
}) {
  const { db, sealer, targets, enqueuer, clock } = deps

  function checkUrl(url: string | undefined): void {
    const detail = url === undefined ? undefined : targets.refusalOfNew(url)
    if (detail === undefined) return
    throw problem('webhook_target_refused', { errors: [{ pointer: '/body/url', code: 'refused', detail }] })
  }
  function found(endpoint: Endpoint | undefined): Endpoint {
    if (endpoint === undefined) throw problem('webhook_endpoint_not_found')
    return endpoint
  }
  const read = async (tenant: string, id: string) => found(await repository.findEndpoint(db, tenant, id))
  const record = (tx: Tx, by: ChangedBy, action: string, id: string) =>
    recordChange(tx, by, `webhook_endpoint_${action}`, [{ type: 'webhook_endpoint', id }])

  /** Changes an endpoint that is locked until the change is recorded. */
  function change(id: string, by: ChangedBy, action: string, changed: (held: Endpoint) => Partial<Endpoint>) {
    return withTransaction(db, async (tx): Promise<Endpoint> => {
      const held = found(await repository.lockEndpoint(tx, by.tenant, id))
      const fields = changed(held)
      await repository.updateEndpoint(tx, id, fields)
      await record(tx, by, action, id)
      return { ...held, ...fields }
    })
  }

  return {
    /** @throws `webhook_endpoint_not_found` */
    read,

    /**
     * @param key an idempotency key. A later request with it gets the endpoint in its present state, with its current secret
     * @throws `webhook_target_refused`, `too_many_webhook_endpoints`, `idempotency_key_reused`, `idempotency_key_running`,
     * `webhook_endpoint_not_found` if the endpoint of this key was deleted
     */
    async create(body: NewEndpoint, key: string | undefined, by: ChangedBy) {
      checkUrl(body.url)
      // A key belongs to one client of the tenant, because the response has a secret.
      const scope = `${by.tenant} ${by.actor.type}:${by.actor.id} POST /v1/webhook-endpoints`
      const { ids, replayed } = await createOnce(
        db,
        { scope, key, request: body, now: clock() },
        async (tx) => {
          const id = uuidv7()
          const row = { ...body, id, tenant: by.tenant, secret: newSecret(sealer, id) }
          if (!(await repository.insertEndpoint(tx, row, maxEndpoints)))
            throw problem('too_many_webhook_endpoints')
          await record(tx, by, 'created', id)
          return [id]
        },
      )
      const [id = ''] = ids
      const endpoint = await read(by.tenant, id)
      return { endpoint: { ...endpoint, secret: openSecret(sealer, endpoint.secret, id) }, replayed }
    },

    /**
     * Changes an endpoint. After it is enabled, its earlier failures no longer count.
     *
     * @returns the endpoint, and its dead letters with a filter for redrives if it is now enabled
     * @throws `webhook_endpoint_not_found`, `webhook_target_refused`
     */
    async update(id: string, { url, events, state }: EndpointPatch, by: ChangedBy) {
      checkUrl(url)
      const endpoint = await change(id, by, 'updated', (held) => ({
        url: url ?? held.url,
        events: events ?? held.events,
        ...stateChange(held, state, clock()),
      }))
      if (state !== 'enabled') return { ...endpoint, missed: null }
      const filter = { kind: deliverName, payload: { endpointId: id } }
      return { ...endpoint, missed: { count: await countSelected(db, by.tenant, { filter }), filter } }
    },

    /** Deletes an endpoint. Its waiting deliveries end without a dead letter. @throws `webhook_endpoint_not_found` */
    delete: (id: string, by: ChangedBy): Promise<void> =>
      withTransaction(db, async (tx) => {
        if (!(await repository.deleteEndpoint(tx, by.tenant, id))) throw problem('webhook_endpoint_not_found')
        await record(tx, by, 'deleted', id)
      }),

    /** Gives an endpoint a new secret. For a day, deliveries are signed with both. @throws `webhook_endpoint_not_found` */
    async rotateSecret(id: string, by: ChangedBy) {
      const secret = newSecret(sealer, id)
      const rotated = await change(id, by, 'secret_rotated', (held) => ({
        oldSecret: held.secret,
        secret,
        rotatedAt: clock(),
      }))
      return { ...rotated, secret: openSecret(sealer, secret, id) }
    },

    /** Enqueues a delivery to try an endpoint. @returns the job's id @throws `webhook_endpoint_not_found` */
    async test(id: string, { tenant }: ChangedBy): Promise<string> {
      await read(tenant, id)
      const payload = {
        endpointId: id,
        eventId: `evt_${uuidv7()}`,
        type: 'webhook.test',
        timestamp: clock().toISOString(),
        data: {},
      }
      const rows = await enqueuer.insert(db, [{ kind: enqueuer.kindOf(deliverName), payload, tenant }])
      enqueuer.committed(rows)
      const [{ id: jobId } = { id: '' }] = rows
      return jobId
    },
  }
}

function stateChange(held: Endpoint, state: EndpointPatch['state'], now: Date): Partial<Endpoint> {
  if (state === undefined || state === held.state) return {}
  return state === 'enabled'
    ? { state, disabledReason: null, disabledAt: null, failingSince: null }
    : { state, disabledReason: 'by_hand', disabledAt: now }
}
