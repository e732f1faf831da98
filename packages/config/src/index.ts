export { renderEnvExample, renderSettingsTable } from './describe-settings.ts'
export { ConfigError, configOrExit, loadConfig } from './load-config.ts'
export { cidrList, csv, isSafeFromListeners, postgresUrl, redisUrl, secretKey } from './setting-types.ts'
