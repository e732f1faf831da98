import { BlockList, isIP } from 'node:net'
import { z } from 'zod'

/**
 * The `when` of a check on several settings: also when one of them is wrong by itself. Without it zod leaves the check out
 * then, and its problem is told at the next start only.
 */
export const always = () => true

/** How many of something, at least one. */
export function count(fallback: number, description: string, max = 1_000_000) {
  return z.coerce.number().int().min(1).max(max).default(fallback).meta({ description })
}

/** A port to listen on; 0 is any that is free. */
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
 * A comma-separated list of address ranges in CIDR notation, such as `10.0.0.0/8,::1/128`. A range of all addresses
 * is refused: to trust everybody is to trust a forger.
 */
export function cidrList() {
  return csv().refine((ranges) => ranges.every(isCidr), {
    message: 'expected address ranges like 10.0.0.0/8',
  })
}

/**
 * A symmetric key: 32 bytes in base64url (43 characters), for example from `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.
 * In production `loadConfig` refuses one that is plainly not random.
 */
export function secretKey() {
  return z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, { message: 'expected 32 bytes in base64url (43 characters)' })
    .transform((text) => Buffer.from(text, 'base64url'))
    .meta({ key: true })
}

const keyBytes = 32
/** That 32 random bytes have fewer different ones happens once in 10^33 times. */
const leastDifferentBytes = 9

/** Zeros, one byte or a few of them repeated: a `secretKey()` that somebody typed, not one that was drawn. */
export function isPatternedKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.length === keyBytes && new Set(bytes).size < leastDifferentBytes
}

/**
 * Whether nobody on the way can read what is sent to an address: it goes over TLS, or stays on this machine. What is no
 * address at all passes: that is another check's affair.
 */
export function isSafeFromListeners(address: string): boolean {
  const url = URL.parse(address)
  return (
    url === null ||
    url.protocol === 'https:' ||
    /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  )
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
