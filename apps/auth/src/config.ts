import { always, baseUrl, count, loadConfig, secretKey, serviceSettings, smtpUrl } from '@fondasi/config'
import { z } from 'zod'

/** Every setting of the service. The table in the README and `.env.example` are generated from here. */
export const settings = z
  .object({
    ...serviceSettings({ name: 'auth', port: 4101, requestsPerMinute: 300 }),

    AUTH_ISSUER: baseUrl().default('http://localhost:4100/auth').meta({
      description:
        'The `iss` of access tokens, the same on every instance; clients find the metadata below it (RFC 8414)',
    }),
    AUTH_AUDIENCE: z.string().min(1).default('fondasi').meta({ description: 'The `aud` of access tokens' }),
    AUTH_TENANT: z
      .string()
      .min(1)
      .default('main')
      .meta({ description: 'The `tenant` of every access token of this deployment' }),
    AUTH_MASTER_KEY: secretKey().meta({
      description:
        'Master key: the keys for signing keys, refresh tokens, cursors and secrets in messages derive from it',
      secret: true,
      demo: 'ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMzI',
    }),

    COOKIE_SECURE: z.stringbool().default(false).meta({
      description: 'Send cookies over TLS only, with the `__Host-` prefix; must be true in production',
    }),

    ACCESS_TOKEN_SECONDS: z.coerce
      .number()
      .int()
      .min(60)
      .max(3600)
      .default(600)
      .meta({ description: 'Lifetime of an access token' }),
    SESSION_IDLE_DAYS: count(14, 'A session ends after this many days without a refresh'),
    SESSION_MAX_DAYS: count(30, 'A session ends after this many days, even if it is used'),

    SESSIONS_PER_ACCOUNT: count(
      100,
      'Signed-in devices of one account; a further login ends the oldest session',
    ),

    PASSWORD_MIN_LENGTH: z.coerce.number().int().min(8).max(64).default(15).meta({
      description: 'Minimum length of a password (NIST SP 800-63B-4: 15, or 8 with a second factor)',
    }),
    ARGON2_MEMORY_KIB: z.coerce.number().int().min(19_456).max(1_048_576).default(19_456).meta({
      description: 'Memory of one argon2id hash; `npm run calibrate` proposes a value for the machine',
    }),
    ARGON2_PASSES: z.coerce
      .number()
      .int()
      .min(2)
      .max(20)
      .default(2)
      .meta({ description: 'Passes of argon2id over the memory' }),
    HASH_CONCURRENCY: z.coerce.number().int().min(0).max(64).default(0).meta({
      description: 'How many passwords are hashed at once; 0 means one less than the number of cores',
    }),

    LOGIN_FAILURES_PER_IP: count(30, 'Failed logins from one client address before it must wait'),
    LOGIN_FAILURES_PER_ACCOUNT: count(
      10,
      'Failed logins on one account from unknown devices before unknown devices must wait',
    ),
    MAIL_REQUESTS_PER_IP_PER_HOUR: count(
      10,
      'Requests per client address to the routes that send mail: register, resend, forgot',
    ),
    MAILS_PER_CLIENT_AND_ADDRESS_PER_HOUR: count(
      3,
      'Mails of one kind (registration, link to choose a password) that one client can send to one address; beyond it the response is the same, without a mail',
    ),
    MAILS_PER_ADDRESS_PER_HOUR: count(20, 'The same for all clients together, against mail bombing'),
    REFRESHES_PER_SESSION_PER_MINUTE: count(60, 'Refreshes of one session'),
    REFRESHES_PER_IP_PER_MINUTE: count(300, 'Refreshes from one client address'),
    CLIENT_FAILURES_PER_MINUTE: count(
      30,
      'Wrong client secrets from one address, or for one client, before the response is 429',
    ),

    SMTP_URL: smtpUrl().optional().meta({
      description: 'Mail server, such as smtp://user:pass@host:587; if not set, mails are written to the log',
      secret: true,
    }),
    MAIL_FROM: z
      .string()
      .default('Fondasi <no-reply@fondasi.test>')
      .meta({ description: 'Sender of every mail' }),
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.COOKIE_SECURE, {
    path: ['COOKIE_SECURE'],
    message: 'must be true in production: a refresh cookie must never be sent without TLS',
    when: always,
  })
  .refine((config) => config.NODE_ENV !== 'production' || config.SMTP_URL !== undefined, {
    path: ['SMTP_URL'],
    message: 'is needed in production: tokens must not be written to the log',
    when: always,
  })

export type Config = Readonly<z.output<typeof settings>>

/** @throws {ConfigError} naming everything that is missing or wrong */
export function readConfig(env: Record<string, string | undefined>): Config {
  return loadConfig(settings, env)
}
