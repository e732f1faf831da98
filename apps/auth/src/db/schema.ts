import { sql } from 'drizzle-orm'
import {
  bigint,
  check,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'

export { outbox } from '@fondasi/outbox'
export { idempotencyKeys } from '@fondasi/postgres'

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** A person with an account. A row exists only once the address is confirmed. */
export const users = pgTable(
  'users',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    /** Normalised by `normaliseEmail`, so that it is unique by mailbox and not by spelling. */
    email: text().notNull(),
    name: text().notNull(),
    /** PHC string of argon2id, with its parameters. */
    passwordHash: text('password_hash').notNull(),
    passwordChangedAt: at('password_changed_at').notNull(),
    roles: text().array().notNull().default(sql`'{}'`),
    disabledAt: at('disabled_at'),
    createdAt: at('created_at').notNull(),
  },
  (table) => [uniqueIndex('users_email_unique').on(table.email)],
)

/** Somebody claims an address. Several claims of one address can be open at once; the confirmed one becomes the user. */
export const registrations = pgTable(
  'registrations',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    email: text().notNull(),
    name: text().notNull(),
    /** Null in a claim from `resend-verification` or `password/forgot`: the reader of its mail chooses the password. */
    passwordHash: text('password_hash'),
    /** SHA-256 of the token in the mail. */
    tokenHash: bytea('token_hash').notNull(),
    /** Passwords that were tried with the right token. */
    failedAttempts: smallint('failed_attempts').notNull().default(0),
    /** The account that this claim became. It is kept for a minute more, so that a double click gets the same response. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    expiresAt: at('expires_at').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('registrations_token_unique').on(table.tokenHash),
    index('registrations_email').on(table.email),
    index('registrations_user').on(table.userId),
    index('registrations_expires_at').on(table.expiresAt),
  ],
)

export const passwordResets = pgTable(
  'password_resets',
  {
    id: uuid().primaryKey().default(sql`uuidv7()`),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: bytea('token_hash').notNull(),
    /** The first use sets the password; further ones only repeat the response, for a minute. */
    uses: smallint().notNull().default(0),
    expiresAt: at('expires_at').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('password_resets_token_unique').on(table.tokenHash),
    index('password_resets_user').on(table.userId),
    index('password_resets_expires_at').on(table.expiresAt),
  ],
)

/**
 * One signed-in device and its current refresh token. Rotation updates the row in place. No index contains a column that it
 * writes, and the fillfactor leaves room in the page, so every rotation is a HOT update.
 */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    generation: integer().notNull(),
    /** SHA-256 of the current secret and of the previous one. */
    currentHash: bytea('current_hash').notNull(),
    previousHash: bytea('previous_hash'),
    /** The current secret derives from this and the previous secret. This alone reveals nothing. */
    rotationSalt: bytea('rotation_salt'),
    rotatedAt: at('rotated_at').notNull(),
    transport: text({ enum: ['cookie', 'body'] }).notNull(),
    clientId: text('client_id').notNull(),
    /** How the user signed in, RFC 8176. */
    amr: text().array().notNull(),
    authTime: at('auth_time').notNull(),
    idleExpiresAt: at('idle_expires_at').notNull(),
    absoluteExpiresAt: at('absolute_expires_at').notNull(),
    revokedAt: at('revoked_at'),
    revokeReason: text('revoke_reason'),
    ip: text().notNull(),
    userAgent: text('user_agent').notNull(),
    lastSeenAt: at('last_seen_at').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (table) => [
    index('sessions_live_by_user').on(table.userId).where(sql`revoked_at is null`),
    index('sessions_absolute_expires_at').on(table.absoluteExpiresAt),
    check('sessions_revoked_with_reason', sql`(revoked_at is null) = (revoke_reason is null)`),
  ],
)

/**
 * Revoked sessions, subjects and keys whose access tokens may not have expired yet. Other processes read it in the order
 * of the ids, which is the order of the commits only if every row is written by `insertRevocations` (ADR 4).
 */
export const revocations = pgTable(
  'revocations',
  {
    // With a cache, a connection would take ids in advance and use them after another connection's later ones.
    id: bigint({ mode: 'bigint' }).generatedAlwaysAsIdentity({ cache: 1 }).primaryKey(),
    sessionId: uuid('session_id'),
    subjectId: text('subject_id'),
    /** A signing key: every token that it signed is invalid. */
    kid: text(),
    /** For a subject: tokens issued up to this time are invalid. */
    notBefore: at('not_before'),
    expiresAt: at('expires_at').notNull(),
  },
  (table) => [
    index('revocations_expires_at').on(table.expiresAt),
    check(
      'revocations_one_kind',
      sql`num_nonnulls(session_id, subject_id, kid) = 1 and (subject_id is not null) = (not_before is not null)`,
    ),
  ],
)

/** ES256 key pairs. The times determine the state: next, active, retired or gone. */
export const signingKeys = pgTable('signing_keys', {
  /** RFC 7638 thumbprint of the public key. */
  kid: text().primaryKey(),
  publicJwk: jsonb('public_jwk').$type<{ kty: 'EC'; crv: 'P-256'; x: string; y: string }>().notNull(),
  /** PKCS #8 PEM, AES-256-GCM with the kid as additional data. */
  sealedPrivateKey: bytea('sealed_private_key').notNull(),
  createdAt: at('created_at').notNull(),
  /** The key signs from this time. */
  notBefore: at('not_before').notNull(),
  /** It stops signing at this time; null for the newest key. */
  retireAt: at('retire_at'),
  /** It is published until this time; null for the newest key. */
  removeAt: at('remove_at'),
})

/** Service accounts for `client_credentials`. */
export const clients = pgTable('clients', {
  /** The OAuth client_id: a readable name, because every audit event contains it. */
  id: text().primaryKey(),
  name: text().notNull(),
  /** SHA-256: the secret is 32 random bytes, so a slow hash would add nothing. */
  secretHash: bytea('secret_hash').notNull(),
  /** Works until `previousSecretExpiresAt`, so that a service can be redeployed without downtime after a rotation. */
  previousSecretHash: bytea('previous_secret_hash'),
  previousSecretExpiresAt: at('previous_secret_expires_at'),
  scopes: text().array().notNull(),
  createdAt: at('created_at').notNull(),
})

/** Security events. Append-only: the migration revokes UPDATE and DELETE from the runtime role. */
export const securityEvents = pgTable(
  'security_events',
  {
    /** The id of the outbox message, so that an event that is delivered twice is stored once. */
    id: uuid().primaryKey(),
    action: text().notNull(),
    outcome: text({ enum: ['success', 'failure', 'denied'] }).notNull(),
    actorType: text('actor_type').notNull(),
    actorId: text('actor_id').notNull(),
    occurredAt: at('occurred_at').notNull(),
    event: jsonb().$type<Record<string, unknown>>().notNull(),
  },
  (table) => [
    index('security_events_by_actor').on(table.actorId, table.id.desc().nullsFirst()),
    index('security_events_by_action').on(table.action, table.id.desc().nullsFirst()),
  ],
)
