import { clientId } from '../clients/schemas.ts'

/** The client that a request claims to be. `public` names a client without proof. */
export type ClientCredentials =
  | { kind: 'secret'; id: string; secret: string }
  | { kind: 'public'; id: string }
  | { kind: 'none' }
  /** A header that cannot be read, or an id that no client can have. */
  | { kind: 'invalid' }
  /** In the header and in the body. */
  | { kind: 'twice' }

/**
 * Reads the client's id and secret from HTTP Basic or from the body, not from both (RFC 6749, section 2.3).
 *
 * @param authorization the header
 * @param body the parameters `client_id` and `client_secret`
 */
export function readClientCredentials(
  authorization: string | undefined,
  body: { client_id?: string | undefined; client_secret?: string | undefined },
): ClientCredentials {
  const credentials = read(authorization, body)
  return 'id' in credentials && !clientId.safeParse(credentials.id).success
    ? { kind: 'invalid' }
    : credentials
}

function read(
  authorization: string | undefined,
  { client_id: id, client_secret: secret }: Parameters<typeof readClientCredentials>[1],
): ClientCredentials {
  if (authorization !== undefined) {
    if (secret !== undefined) return { kind: 'twice' }
    const basic = readBasic(authorization)
    // An id in the body too is allowed if it is the same.
    return basic && (id === undefined || id === basic.id) ? { kind: 'secret', ...basic } : { kind: 'invalid' }
  }
  if (id === undefined) return secret === undefined ? { kind: 'none' } : { kind: 'invalid' }
  return secret === undefined ? { kind: 'public', id } : { kind: 'secret', id, secret }
}

function readBasic(authorization: string): { id: string; secret: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  const decoded = Buffer.from(encoded, 'base64').toString()
  const colon = decoded.indexOf(':')
  if (colon < 0) return undefined
  const id = formDecode(decoded.slice(0, colon))
  const secret = formDecode(decoded.slice(colon + 1))
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** RFC 6749, section 2.3.1: both halves are form-encoded before they are joined. */
function formDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
