import type { Logger } from 'pino'
import { type KeySource, localKeys } from './keys.ts'
import { remoteKeys } from './remote-keys.ts'
import { remoteRevocations } from './remote-revocations.ts'
import { followRevocations } from './revocation-feed.ts'
import { createRevocationList, type RevocationList } from './revocation-list.ts'
import { createServiceToken } from './service-token.ts'

interface TokenConfig {
  REDIS_URL: string
  AUTH_JWKS_URL?: string | undefined
  AUTH_DEVELOPMENT_KEY?: string | undefined
  AUTH_URL?: string | undefined
  AUTH_CLIENT_ID: string
  AUTH_CLIENT_SECRET?: string | undefined
  AUTH_REVOCATION_CHANNEL: string
}

/** What a service needs to verify access tokens. */
export interface TokenSources {
  keys: KeySource
  revocationList: RevocationList
  /** Rejects until this process has loaded the revocations. */
  checkRevocations: () => Promise<void>
  close(): Promise<void>
}

/**
 * Makes the sources from the settings of `tokenSettings`. With the auth service configured, tokens that it revokes are
 * refused at once. Without it, a token stays valid until it expires.
 */
export function createTokenSources(deps: {
  config: TokenConfig
  log: Logger
  clock: () => Date
}): TokenSources {
  const { config, log, clock } = deps
  const revocationList = createRevocationList(clock)
  const revocations = followAuth(deps, revocationList)
  return {
    keys:
      config.AUTH_JWKS_URL === undefined
        ? localKeys(config.AUTH_DEVELOPMENT_KEY ?? '')
        : remoteKeys({ url: config.AUTH_JWKS_URL, clock, log }),
    revocationList,
    checkRevocations: async () => revocations?.check(),
    close: async () => revocations?.close(),
  }
}

function followAuth(
  { config, log, clock }: { config: TokenConfig; log: Logger; clock: () => Date },
  list: RevocationList,
) {
  const { AUTH_URL: authUrl, AUTH_CLIENT_ID: clientId, AUTH_CLIENT_SECRET: clientSecret } = config
  if (authUrl === undefined || clientSecret === undefined) return undefined
  const token = createServiceToken({ authUrl, clientId, clientSecret, clock })
  return followRevocations({
    list,
    load: remoteRevocations({ authUrl, token }),
    redisUrl: config.REDIS_URL,
    channel: config.AUTH_REVOCATION_CHANNEL,
    log,
  })
}
