// Measured with a million products: 1,000 a second on two idle cores, 300 on busy ones; 5 GB with the indexes.
const perSecond = { idle: 1_000, busy: 300 }
const bytesPerProduct = 5_000
/** Fewer take at most three minutes and 250 MB of disk. */
const warningThreshold = 50_000

/**
 * A warning about the time and the disk space that many products take.
 * @param freeBytes of the disk that the data is on
 * @returns undefined for a number that needs no warning
 */
export function seedWarning(products: number, freeBytes: number): string | undefined {
  if (products < warningThreshold) return undefined
  const minutes = (rate: number) => Math.ceil(products / rate / 60)
  const needed = products * bytesPerProduct
  const lines = [
    `${products.toLocaleString('en')} products take ${minutes(perSecond.idle)} to ${minutes(perSecond.busy)} minutes, and ${gigabytes(needed)} of disk in the end.`,
    'Ctrl-C stops; the same command continues. npm run reset frees the disk.',
  ]
  if (needed > freeBytes)
    lines.push(`The disk has only ${gigabytes(freeBytes)} left: PostgreSQL stops when it is full.`)
  return lines.join('\n')
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}
