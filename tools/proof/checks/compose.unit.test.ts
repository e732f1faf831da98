import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { flows } from '../../smoke/flows.ts'

type ComposeService = {
  image?: string
  command?: string[]
  restart?: string
  init?: boolean
  user?: string
  build?: unknown
  read_only?: boolean
  cap_drop?: string[]
  cap_add?: string[]
  security_opt?: string[]
  pids_limit?: number
  mem_limit?: string
  logging?: unknown
  ports?: string[]
  networks?: string[] | Record<string, unknown>
  healthcheck?: unknown
  profiles?: string[]
  depends_on?: Record<string, { condition: string }>
  environment?: Record<string, string>
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
// The file is ours, so its many aliases are no attack. The type has the parts that the tests below read.
const compose = parse(read('docker-compose.yml'), { merge: true, maxAliasCount: -1 }) as {
  services: Record<string, ComposeService>
}
const containers = Object.entries(compose.services)

describe.each(services)('$name is wired', ({ name, port, docsPath, title, clientScopes, workers }) => {
  /** Its long-running processes. */
  const lasting = [name, ...workers.map((worker) => worker.name)]

  test('compose: has a container for each of its programs', () => {
    const wanted = [`${name}-provision`, `${name}-migrate`, `${name}-seed`, ...lasting]
    const missing = wanted.filter((part) => !Object.hasOwn(compose.services, part))
    expect(missing, 'docker-compose.yml lacks these services').toEqual([])
  })

  test('compose: provisioned, migrated, seeded, then started', () => {
    const condition = 'service_completed_successfully'
    const awaitedBy = (part: string) => compose.services[part]?.depends_on ?? {}
    for (const part of lasting) expect(awaitedBy(part)).toHaveProperty(`${name}-seed.condition`, condition)
    expect(awaitedBy(`${name}-seed`)).toHaveProperty(`${name}-migrate.condition`, condition)
    expect(awaitedBy(`${name}-migrate`)).toHaveProperty(`${name}-provision.condition`, condition)
    const account = clientScopes.length > 0 ? `${name}=${clientScopes.join(',')}` : name
    expect(compose.services['secrets']?.command).toContain(account)
    expect(awaitedBy('gateway')).toHaveProperty(`${name}.condition`, 'service_healthy')
  })

  test('compose: passes on the endpoint for traces', () => {
    for (const part of lasting) {
      expect(compose.services[part]?.environment ?? {}).toHaveProperty(
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        '${OTEL_EXPORTER_OTLP_ENDPOINT:-}',
      )
    }
  })

  test.each(workers)('compose: $name runs its program and is checked on its admin port', (worker) => {
    const { command, healthcheck } = compose.services[worker.name] ?? {}
    expect(command).toEqual(['node', worker.main])
    expect(JSON.stringify(healthcheck)).toContain(`http://127.0.0.1:${worker.adminPort}/readyz`)
  })

  test('gateway: routes to it by its name, and links its documentation on the first page', () => {
    expect(read('infra/gateway/Caddyfile')).toContain(
      `handle_path /${name}/* {\n\t\timport service ${name} ${port} /${name}\n`,
    )
    const page = read('infra/gateway/site/index.html')
    expect(page).toContain(`href="/${name}${docsPath}/"`)
    expect(page.toLowerCase()).toContain(title.toLowerCase())
  })

  test('smoke: has a flow', () => {
    expect(flows).toHaveProperty(name)
  })
})

describe('every container', () => {
  test.each(containers)('%s has only the privileges that it needs', (_, service) => {
    expect(service).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.any(String),
      logging: { options: { 'max-size': expect.any(String) } },
    })
    // Our own image sets its user; for other images the compose file does.
    if (!service.build) expect(service.user).toBeTruthy()
    expect(service.user ?? '').not.toMatch(/^(root|0)\b/)
  })

  test.each(containers)('%s is pinned by an exact tag', (_, { image }) => {
    expect(image).toMatch(/^fondasi\/[a-z]+:local$|:v?\d+\.\d+\.\d+|^postgres:\d+\.\d+/)
  })

  test.each(containers)(
    '%s publishes only on loopback, and a database not at all',
    (name, { ports = [] }) => {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/)
      if (name === 'postgres' || name === 'redis') expect(ports).toEqual([])
    },
  )

  test('long-running containers have a health check and restart', () => {
    const lasting = containers.filter(([, { restart }]) => restart !== 'no')
    for (const [name, service] of lasting) {
      expect(service, name).toMatchObject({ restart: 'unless-stopped', healthcheck: expect.anything() })
    }
  })

  test('something waits for every one-shot: `up --wait` would report its end as a failure', () => {
    const awaited = containers.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on))
    const oneShots = containers.filter(([, { restart, profiles }]) => restart === 'no' && !profiles)
    for (const [name] of oneShots) expect(awaited).toContain(name)
  })

  test('no secret is in the file: secrets come from the volume', () => {
    const settings = containers.flatMap(([, { environment = {} }]) => Object.keys(environment))
    expect(settings.filter((name) => /(PASSWORD|_KEY|DATABASE\w*_URL|REDIS_URL)$/.test(name))).toEqual([
      'DEMO_PASSWORD',
    ])
  })
})
