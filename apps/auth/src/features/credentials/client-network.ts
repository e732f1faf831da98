import ipaddr from 'ipaddr.js'

/** A customer is given at least a /64 (RFC 6177); to count single addresses of 2^64 would be to count nothing. */
const ipv6PrefixParts = 4

/** What an attacker has only one of: an IPv4 address, or an IPv6 network of 64 bits. */
export function clientNetwork(ip: string): string {
  // A trusted proxy may pass on anything; it still is one client.
  if (!ipaddr.isValid(ip)) return ip.slice(0, 64)
  // `process` turns ::ffff:192.0.2.1 into the IPv4 address that it is.
  const address = ipaddr.process(ip)
  if (address instanceof ipaddr.IPv4) return address.toString()
  return `${address.parts
    .slice(0, ipv6PrefixParts)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
