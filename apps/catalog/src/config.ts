import { checkTokenSettings, tokenSettings } from '@fondasi/access'
import { count, loadConfig, redisUrl, secretKey, serviceSettings } from '@fondasi/config'
import { z } from 'zod'

/** Every setting of the service. The table in the README and `.env.example` are generated from here. */
export const settings = checkTokenSettings(
  z.object({
    ...serviceSettings({ name: 'catalog', port: 4102, requestsPerMinute: 600 }),

    CACHE_REDIS_URL: redisUrl()
      .optional()
      .meta({ description: 'Redis for cached responses, if it differs from REDIS_URL', secret: true }),
    CURSOR_KEY: secretKey().meta({
      description: 'Signs list cursors; must be the same on every instance',
      secret: true,
      demo: 'ZGVtby1vbmx5LWRlbW8tb25seS1kZW1vLW9ubHktMzI',
    }),

    ...tokenSettings('catalog'),

    IMPORT_MAX_BYTES: count(
      4 * 1024 ** 3,
      'Maximum size of an import; the file is staged in the database, not in memory',
      Number.MAX_SAFE_INTEGER,
    ),
    TRANSFER_STALLED_SECONDS: count(
      60,
      'How long a client may pause while it sends an import or reads an export',
      3600,
    ),
  }),
)

export type Config = Readonly<z.output<typeof settings>>

/** @throws {ConfigError} that lists every missing or invalid setting */
export function readConfig(env: Record<string, string | undefined>): Config {
  return loadConfig(settings, env)
}
