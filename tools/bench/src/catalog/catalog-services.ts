import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { demoProductIndex } from '@fondasi/catalog/demo-shop/write.ts'
import { freePort } from '@fondasi/embedded'
import { provisionDatabase } from '@fondasi/postgres'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { Pool } from 'pg'
import { type Cleanups, startDataStores } from '../data-stores.ts'
import { createHttpClient, type HttpClient } from '../http-client.ts'
import type { Effort } from '../load.ts'
import { runNode, serviceReady, startNode } from '../node-process.ts'

/** What every measurement gets. */
export interface CatalogBench {
  effort: Effort
  service: HttpClient
  /** Logs in with the role of the service. */
  database: Pool
  /** Logs in as the administrator, for the tables of peers. */
  owner: Pool
  /** Products in the large shop. */
  scale: number
  settings: Record<string, string>
  /** The `authorization` header of a request that may explain searches and import. */
  authorization: string
  servers: string[]
  /** Where the service listens. */
  origins: Origins
}

export interface Origins {
  api: string
  metrics: string
}

const connections = 16
const issuer = 'http://localhost:4100/auth'
const catalog = (file: string) =>
  fileURLToPath(new URL(`../../../../apps/catalog/src/${file}`, import.meta.url))
const newSecret = () => randomBytes(32).toString('base64url')

/** Starts PostgreSQL, Redis and the service, with an empty shop. */
export async function startCatalogBench(
  effort: Effort,
  scale: number,
  cleanups: Cleanups,
): Promise<CatalogBench> {
  const { postgres, redis } = await startDataStores(cleanups)
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase({
    adminUrl: postgres.url,
    name: 'catalog',
    passwords: { migrator: newSecret(), runtime: newSecret() },
  })
  await runNode(catalog('migrate.ts'), { DATABASE_MIGRATOR_URL: migratorUrl, DATABASE_OWNER_ROLE: ownerRole })
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const settings = {
    DATABASE_URL: runtimeUrl,
    REDIS_URL: redis.url,
    CURSOR_KEY: newSecret(),
    AUTH_ISSUER: issuer,
    AUTH_DEVELOPMENT_KEY: JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'bench' }),
    TRUSTED_PROXIES: '127.0.0.1/32',
    LOG_LEVEL: 'info',
  }
  const { origins, stop } = await startInstance(settings)
  cleanups.push(stop)
  const service = createHttpClient(origins.api, connections)
  cleanups.push(() => service.close())
  const database = new Pool({ connectionString: runtimeUrl, max: 2 })
  cleanups.push(() => database.end())
  const adminUrl = new URL(postgres.url)
  adminUrl.pathname = '/catalog'
  const owner = new Pool({ connectionString: adminUrl.href, max: 1 })
  cleanups.push(() => owner.end())
  await owner.query('create extension pg_stat_statements')
  const token = await new SignJWT({
    client_id: 'bench',
    tenant: 'main',
    roles: [],
    scope: 'products:explain products:import',
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience('fondasi')
    .setSubject('bench')
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('8h')
    .sign(privateKey)
  return {
    effort,
    service,
    database,
    owner,
    scale,
    settings,
    authorization: `Bearer ${token}`,
    servers: [postgres.source, redis.source],
    origins,
  }
}

/** Starts an instance of the service on ports of its own, and waits until it is ready. */
export async function startInstance(
  settings: Record<string, string>,
): Promise<{ origins: Origins; stop: () => Promise<void> }> {
  const [port, adminPort] = [await freePort(), await freePort()]
  const child = await startNode(catalog('main.ts'), {
    ...settings,
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
  })
  const origins = { api: `http://127.0.0.1:${port}`, metrics: `http://127.0.0.1:${adminPort}/metrics` }
  await serviceReady(child, origins.api)
  return { origins, stop: () => child.stop() }
}

/** The value of a metric without labels, or of the first one with labels. */
export async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(url)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `) || each.startsWith(`${name}{`))
  if (line === undefined) throw new Error(`${url} has no metric ${name}`)
  return Number(line.split(' ').at(-1))
}

/** Adds generated products until there are `size`, then vacuums and analyses, as autovacuum would within an hour. */
export async function fillShop(
  bench: CatalogBench,
  size: number,
  say: (line: string) => void,
): Promise<void> {
  const startedAt = performance.now()
  say(`Filling the shop with ${size} products`)
  await runNode(catalog('seed.ts'), bench.settings, ['--scale', String(size)])
  await bench.owner.query('vacuum analyze')
  say(`Filled in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
}

/** Asks the service for the first ten results. @returns the numbers of the products in the shop */
export async function searchShop(bench: CatalogBench, query: string): Promise<number[]> {
  const { items }: { items: { id: string }[] } = JSON.parse(await search(bench, { q: query, limit: '10' }))
  return items.map(({ id }) => demoProductIndex(id))
}

/** @returns the body @throws Error unless the response is 200 */
export async function search({ service }: CatalogBench, query: Record<string, string>): Promise<string> {
  const path = `/v1/products/search?${new URLSearchParams(query).toString()}`
  const { status, body } = await service.send({ path })
  if (status !== 200) throw new Error(`${path} returned ${status}: ${body}`)
  return body
}

/** What all statements of some requests together cost PostgreSQL. */
export async function databaseCost(
  { owner }: CatalogBench,
  requests: () => Promise<unknown>,
): Promise<{ buffers: number; milliseconds: number }> {
  await owner.query('select pg_stat_statements_reset()')
  await requests()
  const { rows } = await owner.query<{ buffers: string; milliseconds: number }>(`
    select sum(shared_blks_hit + shared_blks_read) as buffers, sum(total_exec_time) as milliseconds
    from pg_stat_statements join pg_roles on pg_roles.oid = userid where rolname = 'catalog_runtime'`)
  return { buffers: Number(rows[0]?.buffers), milliseconds: rows[0]?.milliseconds ?? Number.NaN }
}
