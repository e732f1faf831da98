import { createSealer } from '@fondasi/outbox'
import { type Db, runIdempotently, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import * as repository from './repository.ts'

/** A service account without what proves its secret. */
export type ShownClient = Omit<repository.Client, 'secretHash' | 'previousSecretHash'>

/** Who does it, in which request. */
interface By {
  actor: { type: 'user' | 'service'; id: string }
  request: RequestInfo
}

/** People's tokens name this public client (RFC 6749, 2.1): it has no secret and no row. */
const webClientId = 'web'

/** What is kept for an Idempotency-Key: the first answer, its secret encrypted. */
const keptAnswer = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.coerce.date(),
  sealedSecret: z.base64(),
})

export type ClientService = ReturnType<typeof createClientService>

/** Service accounts. Every change throws `client_not_found` when there is no such client. */
export function createClientService(deps: {
  db: Db
  clock: () => Date
  revocations: Revocations
  sealingKey: Uint8Array
}) {
  const { db, clock, revocations } = deps
  const sealer = createSealer(deps.sealingKey)

  const record = (tx: Tx, action: string, id: string, by: By) =>
    recordEvent(tx, {
      ...by,
      action,
      outcome: 'success',
      targets: [{ type: 'client', id }],
      occurredAt: clock(),
    })

  async function insert(tx: Tx, client: ShownClient, secret: string, by: By): Promise<void> {
    const row = { ...client, secretHash: hashClientSecret(secret), previousSecretHash: null }
    // Thrown inside the transaction, so that a request that made nothing leaves no Idempotency-Key behind.
    if (client.id === webClientId || !(await repository.insertClient(tx, row))) throw problem('client_exists')
    await record(tx, 'client_created', client.id, by)
  }

  return {
    list: (range: Range) => repository.listClients(db, range),

    /**
     * Makes a client, with an `idempotencyKey` once per caller. The secret is in the answer and nowhere else.
     *
     * @throws {Problem} `client_exists`, `idempotency_key_reused`, `idempotency_key_running`
     */
    async create(
      input: { id: string; name: string; scopes: string[] },
      idempotencyKey: string | undefined,
      by: By,
    ): Promise<{ client: ShownClient; secret: string }> {
      const now = clock()
      const client: ShownClient = { ...input, createdAt: now, previousSecretExpiresAt: null }
      const secret = newClientSecret()
      if (idempotencyKey === undefined) {
        await withTransaction(db, (tx) => insert(tx, client, secret, by))
        return { client, secret }
      }
      const sealedSecret = sealer.seal({ secret }, input.id).toString('base64')
      const scope = `${by.actor.type}:${by.actor.id} POST /v1/admin/clients`
      const work = async (tx: Tx) => {
        await insert(tx, client, secret, by)
        return { ...client, sealedSecret }
      }
      const outcome = await runIdempotently(db, { scope, key: idempotencyKey, request: input, now }, work)
      if (outcome.kind === 'reused') throw problem('idempotency_key_reused')
      if (outcome.kind === 'running') throw problem('idempotency_key_running')
      const { sealedSecret: sealed, ...first } = keptAnswer.parse(outcome.answer)
      const opened = sealer.open(Buffer.from(sealed, 'base64'), first.id)
      return { client: { ...first, previousSecretExpiresAt: null }, secret: opened['secret'] ?? '' }
    },

    /** Gives a new secret; the present one works for `previousSecretValidSeconds` more, an older one no more. */
    async rotateSecret(
      id: string,
      previousSecretValidSeconds: number,
      by: By,
    ): Promise<{ client: ShownClient; secret: string }> {
      const secret = newClientSecret()
      const previousSecretExpiresAt = new Date(clock().getTime() + previousSecretValidSeconds * 1000)
      const client = await withTransaction(db, async (tx) => {
        const next = { secretHash: hashClientSecret(secret), previousSecretExpiresAt }
        const rotated = await repository.rotateSecret(tx, id, next)
        if (!rotated) throw problem('client_not_found')
        await record(tx, 'client_secret_rotated', id, by)
        return rotated
      })
      return { client, secret }
    },

    /** Deletes a client; the tokens that it holds are refused from now on. */
    async delete(id: string, by: By): Promise<void> {
      const revoked = await withTransaction(db, async (tx) => {
        if (!(await repository.deleteClient(tx, id))) throw problem('client_not_found')
        // After the delete, which waited for tokens that were being issued: see `holdClient`.
        const entry = revocations.ofSubject(id, clock())
        await revocations.record(tx, [entry])
        await record(tx, 'client_deleted', id, by)
        return entry
      })
      await revocations.announce([revoked])
    },
  }
}
