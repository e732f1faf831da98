import type { FastifyReply } from 'fastify'
import type { KeyStore } from './service.ts'

/**
 * Signs an access token with the key that is active now (`typ` as RFC 9068, section 2.1, has it).
 *
 * Key and kid come from one look at the store: from two, a rotation in between would name the one and sign with the
 * other.
 */
export async function signAccessToken(reply: FastifyReply, keys: KeyStore, claims: object): Promise<string> {
  const { kid, privateKeyPem } = await keys.active()
  return reply.jwtSign(claims, { sign: { kid, key: privateKeyPem, header: { alg: 'ES256', typ: 'at+jwt' } } })
}
