import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { freePort } from '@fondasi/embedded'
import { type CryptoKey, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { createHttpClient } from '../http-client.ts'
import { perSecond, repeat } from '../load.ts'
import { serviceReady, startNode } from '../node-process.ts'
import { atLeast, type Row } from '../report.ts'
import { median, medianRatio } from '../statistics.ts'
import type { AuthBench } from './auth-services.ts'

/** Enough that the service never waits for a request. */
const inFlight = 32
/** People who use the service at once. Each sends the same token until it expires, so its check is cached. */
const tokens = 500

const routeProcess = fileURLToPath(new URL('./verified-route-process.ts', import.meta.url))

/**
 * What does the check of an access token cost a route of any service of the kit?
 *
 * Fair, because two routes of one process have the same handler and everything that createService puts around it; only
 * one requires a token. The route without the check gets a token too, so that both read requests of the same size.
 */
export async function measureVerifiedRoute({ effort, redisUrl, cleanups }: AuthBench): Promise<Row[]> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = await startNode(routeProcess, {
    NODE_ENV: 'production',
    PORT: String(port),
    REDIS_URL: redisUrl,
    PUBLIC_KEY: await exportSPKI(publicKey),
  })
  cleanups.push(() => child.stop())
  await serviceReady(child, origin)
  const client = createHttpClient(origin, inFlight)
  cleanups.push(() => client.close())

  const headers = await Promise.all(
    Array.from({ length: tokens }, async () => ({ authorization: `Bearer ${await mintToken(privateKey)}` })),
  )
  let next = 0
  const get = (path: string) => async () => {
    next = (next + 1) % tokens
    const answer = await client.send({ path, headers: headers[next] ?? {} })
    if (answer.status !== 200) throw new Error(`${path} returned ${answer.status}: ${answer.body}`)
  }
  // Thousands of requests are enough: half a side.
  const measure = (path: string) => perSecond({ inFlight, durationMs: effort.sideMs / 2, task: get(path) })

  const rounds = await repeat(effort, async () => ({
    open: await measure('/open'),
    verified: await measure('/verified'),
  }))
  const open = median(rounds.map((round) => round.open))
  const verified = median(rounds.map((round) => round.verified))
  return [
    {
      name: 'verified route req/s ÷ the same without verification',
      value: medianRatio(
        rounds,
        (round) => round.verified,
        (round) => round.open,
      ),
      goal: atLeast(0.9),
      from: `${verified.toFixed(0)}/s ÷ ${open.toFixed(0)}/s`,
    },
  ]
}

async function mintToken(privateKey: CryptoKey): Promise<string> {
  return new SignJWT({
    client_id: 'web',
    tenant: 'main',
    roles: ['editor'],
    scope: '',
    sid: randomUUID(),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
    .setIssuer('https://auth.example')
    .setAudience('fondasi')
    .setSubject(randomUUID())
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey)
}
