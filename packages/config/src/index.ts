export { renderEnvExample, renderSettingsTable } from './describe-settings.ts'
export { ConfigError, configOrExit, loadConfig } from './load-config.ts'
export { serviceSettings } from './service-settings.ts'
export {
  always,
  baseUrl,
  count,
  csv,
  httpUrl,
  postgresUrl,
  redisUrl,
  secretKey,
  smtpUrl,
} from './setting-types.ts'
