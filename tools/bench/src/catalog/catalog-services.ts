import { randomBytes, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
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
  /** As the role that the service has. */
  database: Pool
  /** As the administrator, for tables of peers. */
  owner: Pool
  /** Products in the shop. */
  scale: number
  /** The header of a request that may explain searches. */
  authorization: string
  servers: string[]
}

const connections = 16
const issuer = 'http://localhost:4100/auth'
const catalog = (file: string) =>
  fileURLToPath(new URL(`../../../../apps/catalog/src/${file}`, import.meta.url))
const newSecret = () => randomBytes(32).toString('base64url')

/** Starts PostgreSQL, Redis and the service with a made-up shop of `scale` products. */
export async function startCatalogBench(
  effort: Effort,
  scale: number,
  cleanups: Cleanups,
  say: (line: string) => void,
): Promise<CatalogBench> {
  const { postgres, redis } = await startDataStores(cleanups)
  const { migratorUrl, runtimeUrl, ownerRole } = await provisionDatabase({
    adminUrl: postgres.url,
    name: 'catalog',
    passwords: { migrator: newSecret(), runtime: newSecret() },
  })
  await runNode(catalog('migrate.ts'), { DATABASE_MIGRATOR_URL: migratorUrl, DATABASE_OWNER_ROLE: ownerRole })
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const port = await freePort()
  const settings = {
    PORT: String(port),
    ADMIN_PORT: '0',
    DATABASE_URL: runtimeUrl,
    REDIS_URL: redis.url,
    CURSOR_KEY: newSecret(),
    AUTH_ISSUER: issuer,
    AUTH_DEVELOPMENT_KEY: JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'bench' }),
    TRUSTED_PROXIES: '127.0.0.1/32',
    LOG_LEVEL: 'info',
  }
  say(`Filling the shop with ${scale} products`)
  await runNode(catalog('seed.ts'), settings, ['--scale', String(scale)])
  const child = await startNode(catalog('main.ts'), settings)
  cleanups.push(() => child.stop())
  const origin = `http://127.0.0.1:${port}`
  await serviceReady(child, origin)
  const service = createHttpClient(origin, connections)
  cleanups.push(() => service.close())
  const database = new Pool({ connectionString: runtimeUrl, max: 2 })
  cleanups.push(() => database.end())
  const adminUrl = new URL(postgres.url)
  adminUrl.pathname = '/catalog'
  const owner = new Pool({ connectionString: adminUrl.href, max: 1 })
  cleanups.push(() => owner.end())
  await owner.query('vacuum analyze')
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
    authorization: `Bearer ${token}`,
    servers: [postgres.source, redis.source],
  }
}

/** Asks the service for a page of a search. @returns the numbers that the products have in the shop */
export async function searchShop({ service, database }: CatalogBench, query: string): Promise<number[]> {
  const path = `/v1/products/search?${new URLSearchParams({ q: query, limit: '10' }).toString()}`
  const { status, body } = await service.send({ path })
  if (status !== 200) throw new Error(`${path} answered ${status}: ${body}`)
  const { items }: { items: { id: string }[] } = JSON.parse(body)
  const ids = items.map(({ id }) => id)
  const { rows } = await database.query<{ id: string; sku: string }>(
    'select product_id as id, sku from skus where product_id = any($1)',
    [ids],
  )
  const skus = new Map(rows.map(({ id, sku }) => [id, sku]))
  return ids.map((id) => shopNumber(skus.get(id) ?? ''))
}

/** A SKU of the made-up shop ends with the product's number in it. */
export function shopNumber(sku: string): number {
  return Number(sku.slice(sku.lastIndexOf('-') + 1))
}
