import { afterEach, expect, test, vi } from 'vitest'
import { services } from '../services.ts'
import { overriddenIn, serviceEnv } from './service-env.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('a setting from the environment reaches the service, or is reported as overridden', () => {
  const [service] = services
  if (!service) throw new Error('there is no service')
  vi.stubEnv('NODE_ENV', 'development')
  vi.stubEnv('HOST', undefined)
  vi.stubEnv('PORT', '5123')
  vi.stubEnv('LOG_LEVEL', 'error')
  vi.stubEnv('SMTP_URL', 'smtp://mail.example')
  vi.stubEnv('RATE_LIMIT_PER_MINUTE', '7')
  const env = serviceEnv(service, {
    port: 4101,
    adminPort: 4201,
    publicUrl: 'http://localhost:4101',
    databaseUrl: 'postgres://localhost/demo',
    redisUrl: 'redis://localhost',
    smtpUrl: 'smtp://localhost',
    secret: () => 'secret',
    urlOf: () => undefined,
  })
  expect(env['RATE_LIMIT_PER_MINUTE']).toBe('7')
  expect(overriddenIn(env, process.env)).toEqual(['PORT', 'LOG_LEVEL', 'SMTP_URL'])
})

test('npm start: the issuer is the address where auth is served, for every service that takes its tokens', () => {
  const authUrl = 'http://localhost:4107'
  const issuers = services.map((service) => {
    const env = serviceEnv(service, {
      port: 4101,
      adminPort: 4201,
      publicUrl: service.name === 'auth' ? authUrl : 'http://localhost:4102',
      databaseUrl: 'postgres://localhost/demo',
      redisUrl: 'redis://localhost',
      smtpUrl: undefined,
      secret: () => 'secret',
      urlOf: () => authUrl,
    })
    return env['AUTH_ISSUER']
  })
  expect(issuers).toEqual(services.map(() => authUrl))
})
