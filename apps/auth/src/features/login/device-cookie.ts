import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'

const idBytes = 16
/** Seconds since the epoch fit until 2106. */
const issuedAtBytes = 4
/** 128 bits: nobody guesses a tag. */
const tagBytes = 16
const maxAgeSeconds = 365 * 24 * 60 * 60

export type DeviceCookies = ReturnType<typeof createDeviceCookies>

/**
 * Device cookies (OWASP, "Slow down online guessing attacks with device cookies"): proof that the owner of an account
 * has signed in on this device before. Attempts from such a device are counted in a bucket of their own, so whoever
 * attacks the account from elsewhere cannot lock its owner out. It is no credential: it opens nothing.
 *
 * Form: id (16 B) | issued at (4 B) | HMAC-SHA256 over both and the account's address (16 B). A browser holds one,
 * for the account that signed in last.
 *
 * @param options.key see `deriveKeys`
 */
export function createDeviceCookies(options: { key: Buffer; clock: () => Date; config: Config }) {
  const { key, clock, config } = options
  const name = config.COOKIE_SECURE ? '__Host-dc' : 'dc'
  const nowSeconds = () => Math.floor(clock().getTime() / 1000)
  const tagOf = (device: Buffer, email: string) =>
    createHmac('sha256', key).update(device).update(email).digest().subarray(0, tagBytes)

  return {
    /** @returns the device's id, or undefined when the cookie is missing, forged, too old or of another account */
    read(request: FastifyRequest, email: string): string | undefined {
      const bytes = Buffer.from(request.cookies[name] ?? '', 'base64url')
      if (bytes.length !== idBytes + issuedAtBytes + tagBytes) return undefined
      const device = bytes.subarray(0, idBytes + issuedAtBytes)
      const issuedAtSeconds = device.readUInt32BE(idBytes)
      if (!timingSafeEqual(bytes.subarray(-tagBytes), tagOf(device, email))) return undefined
      if (issuedAtSeconds + maxAgeSeconds < nowSeconds()) return undefined
      return device.subarray(0, idBytes).toString('base64url')
    },

    /** Sets a new one: after a right password, never before. */
    issue(reply: FastifyReply, email: string): void {
      const device = Buffer.concat([randomBytes(idBytes), Buffer.alloc(issuedAtBytes)])
      device.writeUInt32BE(nowSeconds(), idBytes)
      reply.setCookie(name, Buffer.concat([device, tagOf(device, email)]).toString('base64url'), {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: config.COOKIE_SECURE,
        maxAge: maxAgeSeconds,
      })
    },
  }
}
