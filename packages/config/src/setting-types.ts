import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/**
 * The `when` of a check that compares several settings. By default zod skips such a check while one of the settings is
 * wrong by itself, and the user would learn of the second problem only at the next start.
 */
export const always = () => true

/** A whole number from 1 to `max`. */
export function count(fallback: number, description: string, max = 1_000_000) {
  return z.coerce.number().int().min(1).max(max).default(fallback).meta({ description })
}

/** A port to listen on; 0 lets the system pick a free one. */
export function port(fallback: number, description: string) {
  return z.coerce.number().int().min(0).max(65_535).default(fallback).meta({ description })
}

/** A comma-separated list; an empty or missing variable is an empty list. */
export function csv() {
  return z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
}

/**
 * An http(s) address to which we append paths, or the name of an issuer. The value has no slash at the end, so that two
 * spellings of one address are equal and no appended path begins with `//`.
 */
export function baseUrl() {
  return httpUrl()
    .refine((text) => !/[?#]/.test(text), {
      message: 'must not have a query or a fragment: paths are appended to it',
    })
    .transform((text) => {
      const { origin, pathname } = new URL(text)
      return `${origin}${pathname.replace(/\/+$/, '')}`
    })
}

/** The http(s) address of one resource. */
export function httpUrl() {
  return z
    .url({ protocol: /^https?$/, error: 'expected an address like https://shop.example' })
    .refine((text) => !URL.parse(text)?.username && !URL.parse(text)?.password, {
      message: 'must not contain a user or a password',
    })
}

/** The address of a mail server. */
export function smtpUrl() {
  return z.url({ protocol: /^smtps?$/, error: 'expected an address like smtp://user:password@host:587' })
}

/** The address of a PostgreSQL database. */
export function postgresUrl() {
  return z.url({
    protocol: /^postgres(ql)?$/,
    error: 'expected an address like postgres://user:password@host:5432/name',
  })
}

/** The address of a Redis server. */
export function redisUrl() {
  return z.url({ protocol: /^rediss?$/, error: 'expected an address like redis://host:6379' })
}

/**
 * A comma-separated list of browser origins, spelled as browsers send them. An entry with a path, a wildcard, a default
 * port or upper-case letters would never match, so we refuse it.
 */
export function originList() {
  return csv().superRefine((entries, context) => {
    for (const entry of entries.filter((text) => !isOrigin(text))) {
      context.addIssue({
        code: 'custom',
        message: `${JSON.stringify(entry)} must be an origin like https://shop.example or http://localhost:5173: scheme, host and port only`,
      })
    }
  })
}

/**
 * A comma-separated list of address ranges in CIDR notation, such as `10.0.0.0/8,::1/128`. A range of all addresses is
 * refused, because it would let every client forge its address.
 */
export function cidrList() {
  return csv().refine((ranges) => ranges.every(isCidr), {
    message: 'expected address ranges like 10.0.0.0/8',
  })
}

/**
 * A symmetric key: 32 bytes in base64url (43 characters), for example from `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.
 * In production `loadConfig` refuses a key that is obviously not random.
 */
export function secretKey() {
  return z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, { message: 'expected 32 bytes in base64url (43 characters)' })
    .transform((text) => Buffer.from(text, 'base64url'))
    .meta({ key: true })
}

const keyBytes = 32
/** 32 random bytes hold fewer distinct values than this once in 10^33 times. */
const minDistinctBytes = 9

/** Whether somebody typed this `secretKey()` (zeros, a repeated byte or word) instead of generating it. */
export function isPatternedKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === keyBytes && new Set(bytes).size < minDistinctBytes
}

/**
 * Whether nobody on the network can read what is sent to an address: it uses TLS or stays on this machine. Text that is
 * not an address passes, because the setting's own type reports it.
 */
export function isPrivateInTransit(address: string): boolean {
  const url = URL.parse(address)
  return (
    url === null ||
    url.protocol === 'https:' ||
    /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  )
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text)
  const isWildcard = url?.hostname.includes('*')
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !isWildcard
}

function isCidr(range: string): boolean {
  const [address = '', prefix = ''] = range.split('/')
  const family = isIP(address)
  if (family === 0 || !/^[1-9]\d{0,2}$/.test(prefix)) return false
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6')
    return true
  } catch {
    return false
  }
}
