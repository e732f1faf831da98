import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A webhook was to be sent to an address that is not public. Nothing was sent. */
export class BlockedTargetError extends Error {
  override name = 'BlockedTargetError'
}

/** All public addresses of IPv6 are in this range. Outside it, ipaddr.js takes `::7f00:1` for a public one. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')
/** The default ports, as a URL spells them. Other ports are mostly those of internal services. */
const ports = ['', '80', '443']

/** Names that never leave the machine (RFC 6761). */
const localName = /^(.+\.)?localhost\.?$/

/** Whether an address is on the public internet: not loopback, private, link-local, mapped, tunnelled or reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const parsed = ipaddr.parse(address)
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(globalUnicast))
}

export type TargetRules = ReturnType<typeof createTargetRules>

/** @param allowedTargets hosts with ports, such as `127.0.0.1:9000`, that need not be public */
export function createTargetRules(allowedTargets: readonly string[]) {
  const isAllowed = (url: URL): boolean => allowedTargets.includes(url.host)
  function refusal(address: string): string | undefined {
    const url = URL.parse(address)
    if (url === null) return 'must be a URL'
    return isAllowed(url) ? undefined : blockedReason(url)
  }
  return {
    isAllowed,
    /** @returns why a webhook must not be sent to a URL; undefined when it may */
    refusal,
    /** The same for a new endpoint. It also refuses localhost, whose address is never public. */
    refusalOfNew(address: string): string | undefined {
      const host = URL.parse(address)?.hostname ?? ''
      return refusal(address) ?? (localName.test(host) ? 'must be a public address' : undefined)
    },
  }
}

/**
 * Checks a URL without resolving its name. `lookupPublic` checks the addresses of a name.
 *
 * @param url parsed, because that turns decimal, octal and hexadecimal spellings of an IPv4 address into the usual one
 */
function blockedReason(url: URL): string | undefined {
  if (!/^https?:$/.test(url.protocol)) return 'must begin with https:// or http://'
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password'
  if (!ports.includes(url.port)) return 'must use port 80 or 443'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isPublicAddress(host)) return 'must be a public address'
  return undefined
}

/**
 * A `lookup` for sockets that drops addresses that are not public. The socket connects to the addresses that were checked, so
 * a DNS answer that changes between a check and the connection does not help an attacker (DNS rebinding).
 */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, [])
    const publicOnes = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = publicOnes
    if (first === undefined)
      return callback(new BlockedTargetError(`"${hostname}" has no public address`), [])
    return options.all ? callback(null, publicOnes) : callback(null, first.address, first.family)
  })
}
