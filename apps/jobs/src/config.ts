import { checkTokenSettings, tokenSettings } from '@fondasi/access'
import { always, baseUrl, count, csv, loadConfig, secretKey, serviceSettings, smtpUrl } from '@fondasi/config'
import { z } from 'zod'

/** Every setting of the service. The table in the README and `.env.example` are generated from here. */
export const settings = checkTokenSettings(
  z.object({
    ...serviceSettings({ name: 'jobs', port: 4103, requestsPerMinute: 600 }),
    ...tokenSettings('jobs'),

    WORKER_ADMIN_PORT: z.coerce.number().int().min(0).max(65_535).default(4213).meta({
      description: 'Port of /metrics, /livez, /readyz and /queues of the worker; do not expose it to clients',
    }),
    CURSOR_KEY: secretKey().meta({
      description: 'Signs list cursors; must be the same on every instance',
      secret: true,
      demo: 'ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMzI',
    }),
    JOB_SECRET_KEY: secretKey().meta({
      description: 'Encrypts the secrets of jobs; must be the same on every instance',
      secret: true,
      demo: 'ZGVtby1vbmx5LWpvYnMtb25seS1kZW1vLW9ubHktMzI',
    }),
    WORKER_CONCURRENCY: count(
      10,
      'How many jobs of a queue a worker runs at once, if its kinds set no number of their own',
      1_000,
    ),
    SHUTDOWN_GRACE_SECONDS: count(
      30,
      'Time between SIGTERM and SIGKILL of the worker; running jobs may use all but nine seconds of it',
      3_600,
    ),
    HEAVY_PROCESSES: count(
      2,
      'How many thumbnails a worker makes at once, and how many reports; each runs in a child process',
      64,
    ),
    FILE_RETENTION_DAYS: count(7, 'How long uploaded images and the files of results are kept', 3_650),
    TRANSFER_STALLED_SECONDS: count(60, 'How long a client may pause while it uploads an image', 3_600),
    MAX_EVENT_STREAMS: count(200, 'How many clients of one API process may follow a job at once', 100_000),
    CATALOG_URL: baseUrl().optional().meta({
      description: 'Internal URL of the catalog service, for reports on products; requires AUTH_URL',
    }),
    RETENTION_DAYS: count(30, 'How long ended jobs and closed dead letters are kept, from their end', 3_650),

    SMTP_URL: smtpUrl().default('smtp://127.0.0.1:1025').meta({
      description: 'Mail server, such as smtp://user:pass@host:587',
      secret: true,
    }),
    MAIL_FROM: z
      .string()
      .regex(/@[a-z0-9.-]+>?$/i, { message: 'expected a sender like Fondasi <no-reply@fondasi.test>' })
      .default('Fondasi <no-reply@fondasi.test>')
      .meta({ description: 'Sender of every mail' }),
    WEBHOOK_ALLOWED_TARGETS: csv().meta({
      description:
        'Hosts with ports that get webhooks although they are not public, such as 127.0.0.1:9000, comma-separated; for demos and tests',
    }),
    INBOX_TENANT: z
      .string()
      .min(1)
      .default('main')
      .meta({ description: 'Tenant of the jobs that handle received webhooks' }),
    INBOX_STANDARD_SECRET: z
      .string()
      .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, {
        message: 'expected whsec_ and at least 24 bytes in base64',
      })
      .optional()
      .meta({ description: 'Verifies webhooks to /v1/inbox/standard; not set: 404', secret: true }),
    INBOX_MIDTRANS_KEY: z.string().min(8).optional().meta({
      description: 'Server key that verifies notifications to /v1/inbox/midtrans; not set: 404',
      secret: true,
    }),
  }),
).refine((config) => config.NODE_ENV !== 'production' || config.WEBHOOK_ALLOWED_TARGETS.length === 0, {
  path: ['WEBHOOK_ALLOWED_TARGETS'],
  message: 'must not be set in production: webhooks could reach internal services',
  when: always,
})

export type Config = Readonly<z.output<typeof settings>>

/** @throws {ConfigError} that lists every missing or invalid setting */
export function readConfig(env: Record<string, string | undefined>): Config {
  return loadConfig(settings, env)
}
