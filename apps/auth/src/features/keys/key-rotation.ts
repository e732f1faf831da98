import type { Sealer } from '@fondasi/outbox'
import type { Tx } from '@fondasi/postgres'
import type { Logger } from 'pino'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { generateSigningKey } from './key-pair.ts'
import * as repository from './repository.ts'
import {
  activeKey,
  planRotation,
  type RotationPlan,
  removalOf,
  stateOf,
  type Urgency,
} from './signing-key.ts'

export interface RotationDeps {
  clock: () => Date
  /** Encrypts private keys at rest. */
  sealer: Sealer
  log: Logger
  revocations: Revocations
}

type FreshKey = Awaited<ReturnType<typeof generateSigningKey>>
type Change = Exclude<RotationPlan, { kind: 'keep' }>

/** Rotation has no request behind it. */
const noRequest: RequestInfo = { requestId: 'key-rotation', ip: '', userAgent: '' }

/**
 * Revokes a key if asked to, then does what `planRotation` says. An advisory lock makes concurrent runs take turns.
 *
 * @returns false when there is no key with the id to revoke
 */
export async function rotateKeys(deps: RotationDeps, urgency: Urgency, kid?: string): Promise<boolean> {
  // Made before the transaction, so that the lock is held for milliseconds only. Most runs do not need it.
  const fresh = await generateSigningKey()
  const { found } = await deps.revocations.run(async (tx) => {
    await repository.lockRotation(tx)
    const now = deps.clock()
    if (kid !== undefined && !(await deleteKey(deps, tx, kid, now))) return { found: false, revoked: [] }
    await repository.deleteGoneKeys(tx, now)
    const rows = await repository.findKeys(tx)
    const plan = planRotation(rows, now, urgency)
    if (plan.kind !== 'keep') await applyPlan(deps, tx, plan, { fresh, active: activeKey(rows, now), now })
    return { found: true, revoked: kid === undefined ? [] : [deps.revocations.ofKey(kid)] }
  })
  return found
}

async function applyPlan(
  deps: RotationDeps,
  tx: Tx,
  plan: Change,
  keys: { fresh: FreshKey; active: { kid: string } | undefined; now: Date },
): Promise<void> {
  const { fresh, active, now } = keys
  const { notBefore } = plan
  if (active) {
    const retirement = { retireAt: notBefore, removeAt: removalOf(notBefore) }
    await repository.setRetirement(tx, active.kid, retirement)
  }
  const kid = plan.kind === 'advance' ? plan.kid : fresh.kid
  if (plan.kind === 'advance') await repository.setNotBefore(tx, kid, notBefore)
  else await insertFresh(deps, tx, fresh, { createdAt: now, notBefore })
  await record(tx, plan.kind === 'advance' ? 'signing_key_advanced' : 'signing_key_created', kid, now)
  deps.log.info({ kid, notBefore }, 'the next signing key is scheduled')
}

function insertFresh(
  { sealer }: RotationDeps,
  tx: Tx,
  { kid, publicJwk, privateKeyPem }: FreshKey,
  times: { createdAt: Date; notBefore: Date },
): Promise<void> {
  const sealedPrivateKey = sealer.seal({ privateKey: privateKeyPem }, kid)
  return repository.insertKey(tx, {
    kid,
    publicJwk,
    sealedPrivateKey,
    ...times,
    retireAt: null,
    removeAt: null,
  })
}

/** Deletes a key that is revoked. If it was to sign next, the key that signs now no longer retires. */
async function deleteKey({ log }: RotationDeps, tx: Tx, kid: string, now: Date): Promise<boolean> {
  const rows = await repository.findKeys(tx)
  const row = rows.find((key) => key.kid === kid)
  if (!row) return false
  await repository.deleteKey(tx, kid)
  const active = activeKey(rows, now)
  if (active && stateOf(row, now) === 'next') await repository.setRetirement(tx, active.kid, null)
  await record(tx, 'signing_key_revoked', kid, now)
  log.warn({ kid }, 'signing key revoked')
  return true
}

function record(tx: Tx, action: string, kid: string, occurredAt: Date): Promise<void> {
  return recordEvent(tx, {
    action,
    outcome: 'success',
    actor: { type: 'service', id: 'auth' },
    targets: [{ type: 'signing_key', id: kid }],
    request: noRequest,
    occurredAt,
  })
}
