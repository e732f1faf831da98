import type { Currency } from '../products/money.ts'

/**
 * Prices on a ladder on which each step is twice as dear as the one before: prices of n binary digits are on step n. The
 * text index knows each product's step as if it were a word (`price_steps` in the migration).
 */
export const stepOf = (amount: number): number => amount.toString(2).length

/** The step of the highest price that there can be. */
export const lastStep = stepOf(Number.MAX_SAFE_INTEGER)

/** The cheapest price on a step. */
export const cheapestOn = (step: number): number => (step === 1 ? 0 : 2 ** (step - 1))

/** The dearest price on a step. */
export const dearestOn = (step: number): number => 2 ** step - 1

/** How the text index calls a step. */
export const stepWord = (currency: Currency, step: number | '%'): string =>
  `${currency.toLowerCase()}:${step}`

/** A tsquery for all products that may have a price between these two: on the steps at both ends some have another. */
export function stepsBetween(currency: Currency, minPrice = 0, maxPrice = Number.MAX_SAFE_INTEGER): string {
  const first = stepOf(minPrice)
  // At least one, where nothing can be between: PostgreSQL warns of a query without words.
  const steps = Math.max(1, stepOf(maxPrice) - first + 1)
  return Array.from({ length: steps }, (_, index) => `'${stepWord(currency, first + index)}'`).join(' | ')
}
