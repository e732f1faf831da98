import { z } from 'zod'

const coordinate = z.string().meta({ example: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU' })

/** A JSON Web Key Set (RFC 7517). */
export const jwks = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('EC'),
      crv: z.literal('P-256'),
      x: coordinate,
      y: coordinate,
      kid: z.string().meta({ example: 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U' }),
      alg: z.literal('ES256'),
      use: z.literal('sig'),
    }),
  ),
})
