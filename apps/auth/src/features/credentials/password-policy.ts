import type { Config } from '../../config.ts'
import { problem } from '../../errors.ts'
import { isCommonPassword } from './common-passwords.ts'

/** What a password must not contain. */
export interface PasswordContext {
  /** Normalised. */
  email: string
  name: string
}

export interface PasswordFlaw {
  code: 'too_short' | 'too_long' | 'too_common' | 'contains_address' | 'contains_name' | 'is_product_name'
  detail: string
}

/** In code points. Long enough for any phrase, and a limit on the hashing work. */
const maxLength = 128
/** Many words contain a short local part such as `al` or a short name such as `Li`. */
const minContextLength = 4
const productName = 'fondasi'

/**
 * The same characters typed on two keyboards may arrive as different code points; NFKC makes them equal. Spaces are
 * kept, also at the ends.
 */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * Checks a new password as NIST SP 800-63B-4 requires: its length, whether it is common, and whether it contains words
 * that a guesser knows about this user. There are no rules on kinds of characters.
 *
 * @param password normalised
 * @param minLength in code points
 * @returns every flaw; an empty list when the password can be used
 */
export function checkPassword(password: string, context: PasswordContext, minLength: number): PasswordFlaw[] {
  const flaws: PasswordFlaw[] = []
  const length = codePointsIn(password)
  const letters = lettersOf(password)
  const contains = (word: string) => codePointsIn(word) >= minContextLength && letters.includes(word)
  const [local = '', domain = ''] = context.email.split('@')
  // The longest label is taken as the name: `wayang` in `mail.wayang.co.id`. The top-level domain says nothing about the user.
  const domainName = domain
    .split('.')
    .slice(0, -1)
    .reduce((longest, label) => (label.length > longest.length ? label : longest), '')

  if (length > maxLength) {
    // The checks below take time that grows with the square of the length.
    return [{ code: 'too_long', detail: `must have at most ${maxLength} characters` }]
  }
  if (length < minLength) {
    flaws.push({ code: 'too_short', detail: `must have at least ${minLength} characters` })
  }
  if (isCommonPassword(password.toLowerCase())) {
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

/**
 * @param pointer of the field in the request
 * @returns the normalised password, to be hashed
 * @throws `password_rejected` with every flaw
 */
export function requireAcceptable(
  password: string,
  context: PasswordContext,
  config: Pick<Config, 'PASSWORD_MIN_LENGTH'>,
  pointer = '/body/password',
): string {
  const normalised = normalisePassword(password)
  const flaws = checkPassword(normalised, context, config.PASSWORD_MIN_LENGTH)
  if (flaws.length === 0) return normalised
  throw problem('password_rejected', { errors: flaws.map((flaw) => ({ pointer, ...flaw })) })
}

function codePointsIn(text: string): number {
  return Array.from(text).length
}

/** Letters, marks and digits in lower case: a guesser tries both `Siti.Nur` and `siti nur`. */
function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
