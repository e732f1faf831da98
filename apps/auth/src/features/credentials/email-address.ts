import { domainToASCII } from 'node:url'

/** RFC 5321, section 4.5.3.1: at most 64 octets before the @, and 254 in all to fit into an SMTP path. */
const maxLocalBytes = 64
const maxBytes = 254

/** Visible characters that need no quotes, separated by dots. Quoted local parts are valid, but nobody has one. */
const atom = /[^\s\p{C}\p{Default_Ignorable_Code_Point}"(),.:;<>@[\\\]]+/u
const localPattern = new RegExp(`^${atom.source}(\\.${atom.source})*$`, 'u')
/** Letters and digits of any script. The URL parser would decode percent signs and read brackets as an IPv6 address. */
const domainPattern = /^[\p{L}\p{M}\p{N}.-]+$/u
const labelPattern = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
/** A top-level domain contains a letter; the last part of an IPv4 address does not. */
const topLevelPattern = /[a-z]/

/**
 * Gives every mailbox one spelling: trimmed, lower-case, NFC, with an internationalised domain in its ASCII form.
 * (A local part may be case-sensitive by the standard, but no provider makes it so.) Dots and `+tags` stay, since their
 * meaning depends on the provider. A local part with compatibility characters (`ｓｉｔｉ`, `ﬁ`) is refused: it looks like
 * another address, and mail servers do not agree on whether it is the same mailbox.
 *
 * @returns undefined when mail cannot be sent to the address
 */
export function normaliseEmail(address: string): string | undefined {
  const [local = '', domain = '', ...rest] = address.trim().toLowerCase().normalize('NFC').split('@')
  if (rest.length > 0 || !localPattern.test(local) || !domainPattern.test(domain)) return undefined
  if (local !== local.normalize('NFKC')) return undefined
  const ascii = domainToASCII(domain)
  const labels = ascii.split('.')
  const isDomain =
    labels.length >= 2 &&
    labels.every((label) => labelPattern.test(label)) &&
    topLevelPattern.test(labels.at(-1) ?? '')
  const email = `${local}@${ascii}`
  const fits = Buffer.byteLength(local) <= maxLocalBytes && Buffer.byteLength(email) <= maxBytes
  return isDomain && fits ? email : undefined
}
