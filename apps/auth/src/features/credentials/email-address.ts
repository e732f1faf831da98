import { domainToASCII } from 'node:url'

/** RFC 5321, 4.5.3.1: 64 octets before the @; 254 in all is what fits into a path of SMTP. */
const maxLocalBytes = 64
const maxBytes = 254

/** Dot-separated runs of anything that needs no quotes. Quoted local parts are valid and nobody has one. */
const localPattern = /^[^\s"(),.:;<>@[\\\]]+(\.[^\s"(),.:;<>@[\\\]]+)*$/u
/** Letters and digits of any script, before IDNA: percent signs or brackets would make the URL parser do more than that. */
const domainPattern = /^[\p{L}\p{M}\p{N}.-]+$/u
const labelPattern = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
/** A top-level domain is never a number; an IPv4 address ends in one. */
const topLevelPattern = /[a-z]/

/**
 * One spelling per mailbox: no blanks around, lower-case, NFC, an internationalised domain in its ASCII form.
 * (A local part may in theory be case-sensitive; no provider dares to.) Dots and `+tags` stay: they are the
 * provider's business.
 *
 * @returns undefined when it is not an address that mail could be sent to
 */
export function normaliseEmail(address: string): string | undefined {
  const [local = '', domain = '', ...rest] = address.trim().toLowerCase().normalize('NFC').split('@')
  if (rest.length > 0 || !localPattern.test(local) || !domainPattern.test(domain)) return undefined
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
