/**
 * Whose flows run here: all that were asked for, or each that `npm start` has started.
 *
 * @throws Error when one that was asked for does not run, or none does
 */
export function chooseServices(names: {
  asked: readonly string[]
  known: readonly string[]
  running: readonly string[]
}): { chosen: readonly string[]; leftOut: readonly string[] } {
  const { asked, known, running } = names
  const missing = asked.find((name) => !running.includes(name))
  if (missing !== undefined)
    throw new Error(`${missing} does not run here: npm start -- ${missing}, or give --base-url`)
  if (asked.length > 0) return { chosen: asked, leftOut: [] }
  const chosen = known.filter((name) => running.includes(name))
  if (chosen.length === 0) throw new Error('No service runs here that has a flow')
  return { chosen, leftOut: known.filter((name) => !running.includes(name)) }
}
