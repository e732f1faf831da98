export { renderEnvExample, renderSettingsTable } from './describe-settings.ts'
export { ConfigError, configOrExit, loadConfig } from './load-config.ts'
export { serviceSettings } from './service-settings.ts'
export { always, count, postgresUrl, secretKey } from './setting-types.ts'
