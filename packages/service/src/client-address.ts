import { isIP, isIPv6 } from 'node:net'

/**
 * Reduces `X-Forwarded-For` to plain addresses. Some proxies add the port (`192.0.2.1:5678`, `[2001:db8::1]:5678`), with
 * which every connection would look like a new client. The list is read from right to left, because each proxy appends
 * to it. At an entry that is not an address it stops: the entries to the left of it may be forged.
 *
 * @returns undefined if no address is left. Then the socket's address is the client
 */
export function plainForwardedFor(header: string): string | undefined {
  const addresses: string[] = []
  for (const entry of header.split(',').toReversed()) {
    const address = addressIn(entry.trim())
    if (address === undefined) break
    addresses.unshift(address)
  }
  return addresses.length === 0 ? undefined : addresses.join(', ')
}

function addressIn(entry: string): string | undefined {
  const [, bracketed, ipv4] = /^(?:\[([\da-f:.]+)\]|(\d+(?:\.\d+){3}))(?::\d{1,5})?$/i.exec(entry) ?? []
  const address = bracketed ?? ipv4 ?? entry
  // A zone (`fe80::1%eth0`) names a network interface of another machine.
  if (isIP(address) === 0 || address.includes('%')) return undefined
  // Each address gets one spelling, because rate limits count by it.
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}
