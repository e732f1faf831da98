import { importPKCS8, SignJWT } from 'jose'
import { readDatabaseTime } from '../src/db/database-time.ts'
import { accessClaims } from '../src/features/keys/access-token.ts'
import type { AuthInstance } from './auth-service.ts'

/** Signs an access token as the service does, for tests that need no login. */
export async function mintToken(
  { deps }: AuthInstance,
  token: Omit<Parameters<typeof accessClaims>[0], 'config' | 'issuedAt' | 'databaseTime'>,
): Promise<string> {
  const { kid, privateKeyPem } = await deps.keys.active()
  const databaseTime = await readDatabaseTime(deps.db)
  const claims = accessClaims({ ...token, config: deps.config, issuedAt: deps.clock(), databaseTime })
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(await importPKCS8(privateKeyPem, 'ES256'))
}

/** The header of a service's request. */
export async function asService(instance: AuthInstance, id: string): Promise<{ authorization: string }> {
  const token = await mintToken(instance, { subject: id, clientId: id, roles: [], scope: [] })
  return { authorization: `Bearer ${token}` }
}

/** The header of an administrator's request. */
export async function asAdmin(instance: AuthInstance): Promise<{ authorization: string }> {
  const session = {
    id: '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70',
    amr: ['pwd'],
    authTime: instance.deps.clock(),
  }
  const subject = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a71'
  const token = await mintToken(instance, { subject, clientId: 'web', roles: ['admin'], scope: [], session })
  return { authorization: `Bearer ${token}` }
}
