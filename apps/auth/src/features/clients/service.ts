import type { Sealer } from '@fondasi/outbox'
import { type Db, runIdempotently, type Tx, withTransaction } from '@fondasi/postgres'
import type { Range } from '@fondasi/service'
import { z } from 'zod'
import { readDatabaseTime } from '../../db/database-time.ts'
import { problem } from '../../errors.ts'
import { type RequestInfo, recordEvent } from '../events/security-event.ts'
import type { Revocations } from '../revocations/service.ts'
import { hashClientSecret, newClientSecret } from './client-secret.ts'
import * as repository from './repository.ts'

/** A service account without its hashes. */
type ShownClient = Omit<repository.Client, 'secretHash' | 'previousSecretHash'>

type CreatedClient = { client: ShownClient; secret: string; replayed: boolean }

/** Who acts, and in which request. */
interface By {
  actor: { type: 'user' | 'service'; id: string }
  request: RequestInfo
}

/** Users' tokens name this public client (RFC 6749, section 2.1). It has no secret and no row. */
const webClientId = 'web'

/** The first response, stored for an Idempotency-Key with its secret encrypted. */
const storedResponse = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.coerce.date(),
  sealedSecret: z.base64(),
})

export interface ClientDeps {
  db: Db
  clock: () => Date
  revocations: Revocations
  /** Encrypts a secret in a response that is kept for its Idempotency-Key. */
  sealer: Sealer
}

export type ClientService = ReturnType<typeof createClientService>

/** Service accounts. */
export function createClientService(deps: ClientDeps) {
  return {
    list: (range: Range) => repository.listClients(deps.db, range),
    create: createClient.bind(undefined, deps),
    rotateSecret: rotateSecret.bind(undefined, deps),
    delete: deleteClient.bind(undefined, deps),
  }
}

/**
 * Creates a client; with an `idempotencyKey`, once per caller. The secret is in the response and nowhere else.
 *
 * @returns also whether an earlier request with the key created it
 * @throws {Problem} `client_exists`, `idempotency_key_reused`, `idempotency_key_running`
 */
async function createClient(
  deps: ClientDeps,
  input: { id: string; name: string; scopes: string[] },
  idempotencyKey: string | undefined,
  by: By,
): Promise<CreatedClient> {
  const client: ShownClient = { ...input, createdAt: deps.clock(), previousSecretExpiresAt: null }
  const secret = newClientSecret()
  if (idempotencyKey !== undefined) return createOnce(deps, { client, secret }, idempotencyKey, by)
  await withTransaction(deps.db, (tx) => insert(tx, client, secret, by))
  return { client, secret, replayed: false }
}

/** The first request with a key creates the client; later ones get the first response. */
async function createOnce(
  { db, sealer }: ClientDeps,
  { client, secret }: { client: ShownClient; secret: string },
  key: string,
  by: By,
): Promise<CreatedClient> {
  const { id, name, scopes, createdAt: now } = client
  const scope = `${by.actor.type}:${by.actor.id} POST /v1/admin/clients`
  const sealedSecret = sealer.seal({ secret }, id).toString('base64')
  const outcome = await runIdempotently(
    db,
    { scope, key, request: { id, name, scopes }, now },
    async (tx: Tx) => {
      await insert(tx, client, secret, by)
      return { ...client, sealedSecret }
    },
  )
  if (outcome.kind === 'reused') throw problem('idempotency_key_reused')
  if (outcome.kind === 'running') throw problem('idempotency_key_running')
  const { sealedSecret: sealed, ...first } = storedResponse.parse(outcome.answer)
  const opened = sealer.open(Buffer.from(sealed, 'base64'), first.id)
  const { replayed } = outcome
  return { client: { ...first, previousSecretExpiresAt: null }, secret: opened['secret'] ?? '', replayed }
}

async function insert(tx: Tx, client: ShownClient, secret: string, by: By): Promise<void> {
  const row = { ...client, secretHash: hashClientSecret(secret), previousSecretHash: null }
  // Thrown inside the transaction, so that a request that created nothing stores no Idempotency-Key.
  if (client.id === webClientId || !(await repository.insertClient(tx, row))) throw problem('client_exists')
  await record(tx, 'client_created', client.id, by, client.createdAt)
}

/**
 * Gives a client a new secret. The current one works for `previousSecretValidSeconds` longer; an older one stops now.
 *
 * @throws {Problem} `client_not_found`
 */
async function rotateSecret(
  { db, clock }: ClientDeps,
  id: string,
  previousSecretValidSeconds: number,
  by: By,
): Promise<{ client: ShownClient; secret: string }> {
  const secret = newClientSecret()
  const now = clock()
  const previousSecretExpiresAt = new Date(now.getTime() + previousSecretValidSeconds * 1000)
  const client = await withTransaction(db, async (tx) => {
    const next = { secretHash: hashClientSecret(secret), previousSecretExpiresAt }
    const rotated = await repository.rotateSecret(tx, id, next)
    if (!rotated) throw problem('client_not_found')
    await record(tx, 'client_secret_rotated', id, by, now)
    return rotated
  })
  return { client, secret }
}

/** Deletes a client and revokes its tokens. @throws {Problem} `client_not_found` */
async function deleteClient({ clock, revocations }: ClientDeps, id: string, by: By): Promise<void> {
  await revocations.run(async (tx) => {
    if (!(await repository.deleteClient(tx, id))) throw problem('client_not_found')
    // Read after the delete, which waited for tokens that were being issued: see `holdClient`.
    const revocation = revocations.ofSubject(id, await readDatabaseTime(tx))
    await record(tx, 'client_deleted', id, by, clock())
    return { revoked: [revocation] }
  })
}

function record(tx: Tx, action: string, id: string, by: By, occurredAt: Date): Promise<void> {
  return recordEvent(tx, {
    ...by,
    action,
    outcome: 'success',
    targets: [{ type: 'client', id }],
    occurredAt,
  })
}
