import { createCommonPasswords } from './common-passwords.ts'

export interface PasswordPolicy {
  /** In code points, after normalisation. */
  minLength: number
  isCommon: (password: string) => boolean
}

/** What a password must not be made from. */
export interface PasswordContext {
  /** Normalised. */
  email: string
  name: string
}

export interface PasswordFlaw {
  code: 'too_short' | 'too_long' | 'too_common' | 'contains_address' | 'contains_name' | 'is_product_name'
  detail: string
}

/** In code points: long enough for any phrase, and a bound on what is hashed. */
const maxLength = 128
/** A local part like `al` or a name like `Li` is in half of all words. */
const minContextLength = 4
const productName = 'fondasi'

/** @param minLength in code points; NIST SP 800-63B-4, 3.1.1.2: 15 where the password is the only factor */
export function createPasswordPolicy(minLength: number): PasswordPolicy {
  return { minLength, isCommon: createCommonPasswords() }
}

/**
 * The same characters typed on two keyboards may arrive as different code points; NFKC makes them equal. Blanks stay
 * as they are, at the ends too.
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * Checks a new password as NIST SP 800-63B-4 wants it: length, a list of common ones, words that a guesser knows of
 * this user; no rules on kinds of characters.
 *
 * @param password normalised
 * @returns everything that is wrong with it; an empty list when it can be used
 */
export function checkPassword(
  password: string,
  context: PasswordContext,
  policy: PasswordPolicy,
): PasswordFlaw[] {
  const flaws: PasswordFlaw[] = []
  const length = codePointsIn(password)
  const lower = password.toLowerCase()
  const letters = lettersOf(password)
  const contains = (word: string) => codePointsIn(word) >= minContextLength && letters.includes(word)
  const [local = '', domain = ''] = context.email.split('@')
  // The longest label is the name: `wayang` of `mail.wayang.co.id`.
  const domainName = domain
    .split('.')
    .reduce((longest, label) => (label.length > longest.length ? label : longest))

  if (length > maxLength) {
    // What follows takes time that grows with the square of the length.
    return [{ code: 'too_long', detail: `must have at most ${maxLength} characters` }]
  }
  if (length < policy.minLength) {
    flaws.push({ code: 'too_short', detail: `must have at least ${policy.minLength} characters` })
  }
  if (policy.isCommon(lower)) {
    flaws.push({ code: 'too_common', detail: 'is made of passwords that many people use' })
  }
  if ([local, domainName].map(lettersOf).some(contains)) {
    flaws.push({ code: 'contains_address', detail: 'contains a part of the e-mail address' })
  }
  if (contains(lettersOf(context.name))) {
    flaws.push({ code: 'contains_name', detail: 'contains the name' })
  }
  if (letters.replaceAll(productName, '').replace(/\d+/g, '') === '' && letters.includes(productName)) {
    flaws.push({ code: 'is_product_name', detail: 'is only the name of this product' })
  }
  return flaws
}

function codePointsIn(text: string): number {
  return Array.from(text).length
}

/** Letters and digits in lower case: `Siti.Nur` and `siti nur` are the same word to a guesser. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
