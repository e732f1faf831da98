/**
 * The middle value, or the mean of the two middle ones. A benchmark reports it because one disturbed round (another
 * program, a garbage collection) moves a mean but not a median.
 *
 * @throws RangeError on an empty list
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2
}

/**
 * The smallest value that at least `percent` per cent of all values do not exceed (nearest rank, so it is always one
 * of the measured values).
 *
 * @throws RangeError on an empty list
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return at(sorted, Math.max(1, Math.ceil((percent / 100) * sorted.length)) - 1)
}

/**
 * The median of a ratio that is computed for each round. Both sides of a round ran within seconds of each other, so a
 * slow phase of the machine slowed down both.
 */
export function medianRatio<Round>(
  rounds: readonly Round[],
  numerator: (round: Round) => number,
  denominator: (round: Round) => number,
): number {
  return median(rounds.map((round) => numerator(round) / denominator(round)))
}

function at(sorted: readonly number[], index: number): number {
  const value = sorted[index]
  if (value === undefined) throw new RangeError('no values')
  return value
}
