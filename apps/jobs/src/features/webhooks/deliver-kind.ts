import { audit, type Sealer } from '@fondasi/outbox'
import { type Db, withTransaction } from '@fondasi/postgres'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { defineJob, type RunContext } from '../kinds/define-job.ts'
import { Cancelled, Dead, Done, type Outcome, Retry } from '../kinds/outcome.ts'
import { decideDelivery, deliveryAttempts, deliveryBackoff, isDelivered } from './delivery-decision.ts'
import { openSecret } from './endpoint-secret.ts'
import type { Endpoint } from './repository.ts'
import * as repository from './repository.ts'
import { eventType } from './schemas.ts'
import { BlockedTargetError } from './target-guard.ts'
import type { WebhookClient, WebhookResponse } from './webhook-client.ts'

const deliveryPayload = z.strictObject({
  endpointId: z.uuid(),
  /** The same in every delivery of an event, so that receivers can recognise a repetition. */
  eventId: z.string().min(1).max(100),
  type: eventType,
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.json()),
})
type DeliveryContext = RunContext & { payload: z.output<typeof deliveryPayload> }

export interface DeliverDeps {
  db: Db
  sealer: Sealer
  client: WebhookClient
  /** Counts endpoints that were disabled, for an alert. */
  onDisabled: (reason: string) => void
}

/** An endpoint to which every delivery has failed for this long is disabled. */
const maxFailingDays = 5
/** After a rotation, a receiver has this long to switch to the new secret. */
const oldSecretMs = 24 * 3_600_000
/** How much of a response is part of the message of a failure. */
const shownCharacters = 500

export const deliverName = 'webhook.deliver'

/** Sends one event to one endpoint. */
export function deliverKind(deps: DeliverDeps) {
  return defineJob({
    name: deliverName,
    queue: 'webhooks',
    payload: deliveryPayload,
    attempts: deliveryAttempts,
    backoff: deliveryBackoff,
    deadlineMs: 20_000,
    handler: (context) => deliver(deps, context),
  })
}

async function deliver(deps: DeliverDeps, context: DeliveryContext): Promise<Outcome> {
  const { db } = deps
  const endpoint = await repository.findEndpoint(db, context.tenant, context.payload.endpointId)
  if (endpoint === undefined) return Cancelled()
  if (endpoint.state === 'disabled') return Dead('endpoint_disabled', new Error('the endpoint is disabled'))
  try {
    const { result } = await context.effect('deliver', async () => {
      const { status, body } = await post(deps, endpoint, context)
      return { result: { status, body } }
    })
    await repository.recordDelivered(db, endpoint.id)
    return Done(result)
  } catch (error) {
    if (error instanceof BlockedTargetError) return Dead('blocked_target', error)
    if (error instanceof DeliveryError) return afterFailure(deps, endpoint, context, error)
    throw error
  }
}

/** The receiver did not accept a webhook, or cannot be reached. In the second case, there is no response. */
class DeliveryError extends Error {
  override name = 'DeliveryError'
  readonly response: WebhookResponse | undefined
  constructor(message: string, { response, cause }: { response?: WebhookResponse; cause?: unknown }) {
    super(message, { cause })
    this.response = response
  }
}

/** @throws {BlockedTargetError}, {DeliveryError}, or the reason of the signal */
async function post(
  { sealer, client }: DeliverDeps,
  endpoint: Endpoint,
  { payload, signal }: DeliveryContext,
): Promise<WebhookResponse> {
  const { type, timestamp, data, eventId } = payload
  const body = JSON.stringify({ type, timestamp, data })
  const sentAt = new Date()
  const signatures = validSecrets(endpoint, sentAt).map((sealed) =>
    new Webhook(openSecret(sealer, sealed, endpoint.id)).sign(eventId, sentAt, body),
  )
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'fondasi-jobs',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
    'webhook-signature': signatures.join(' '),
  }
  const response = await client.post({ url: endpoint.url, headers, body, signal }).catch((cause: unknown) => {
    signal.throwIfAborted()
    if (cause instanceof BlockedTargetError) throw cause
    throw new DeliveryError('the endpoint cannot be reached', { cause })
  })
  if (isDelivered(response.status)) return response
  const shown = response.body.slice(0, shownCharacters)
  throw new DeliveryError(`the endpoint returned ${response.status}: ${shown}`, { response })
}

/** The current secret, and the old one while receivers may not know the current one yet. */
function validSecrets({ secret, oldSecret, rotatedAt }: Endpoint, now: Date): Buffer[] {
  const isOldValid = rotatedAt !== null && now.getTime() - rotatedAt.getTime() < oldSecretMs
  return isOldValid && oldSecret !== null ? [secret, oldSecret] : [secret]
}

async function afterFailure(
  deps: DeliverDeps,
  endpoint: Endpoint,
  { attempt, id }: DeliveryContext,
  error: DeliveryError,
): Promise<Outcome> {
  const isFailing = await repository.recordFailed(deps.db, endpoint.id, maxFailingDays)
  const decision = decideDelivery(error.response, { attempt, isFailing })
  if (decision.kind === 'retry') return Retry(error, decision.afterMs)
  await disable(deps, endpoint, decision.reason, id)
  return Dead('endpoint_disabled', error)
}

/** Disables an endpoint. Records an audit event and counts it. */
async function disable(
  { db, onDisabled }: DeliverDeps,
  { id, tenant }: Endpoint,
  reason: 'gone' | 'failing',
  jobId: string,
): Promise<void> {
  const isNew = await withTransaction(db, async (tx) => {
    const held = await repository.lockEndpoint(tx, tenant, id)
    if (held?.state !== 'enabled') return false
    const occurredAt = new Date()
    await repository.updateEndpoint(tx, id, {
      state: 'disabled',
      disabledReason: reason,
      disabledAt: occurredAt,
    })
    await audit(tx, {
      action: 'jobs.webhook_endpoint_disabled',
      outcome: 'success',
      actor: { type: 'service', id: 'jobs' },
      targets: [{ type: 'webhook_endpoint', id }],
      context: { source: 'jobs' },
      occurredAt,
      metadata: { tenant, reason, jobId },
    })
    return true
  })
  if (isNew) onDisabled(reason)
}
