import ipaddr from 'ipaddr.js'

/** A customer gets at least a /64 (RFC 6177), so an attacker could use a new IPv6 address for every attempt. */
const ipv6PrefixParts = 4

/** The network that attempts are counted for: an IPv4 address, or an IPv6 network of 64 bits. */
export function clientNetwork(ip: string): string {
  // A trusted proxy may pass on any text. It still identifies one client.
  if (!ipaddr.isValid(ip)) return ip.slice(0, 64)
  // `process` turns ::ffff:192.0.2.1 into its IPv4 address.
  const address = ipaddr.process(ip)
  if (address instanceof ipaddr.IPv4) return address.toString()
  return `${address.parts
    .slice(0, ipv6PrefixParts)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
