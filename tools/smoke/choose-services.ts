/**
 * The services whose flows run: those asked for, or all that `npm start` has started.
 *
 * @throws Error when one that was asked for is not running, or none is
 */
export function chooseServices(names: {
  asked: readonly string[]
  known: readonly string[]
  running: readonly string[]
}): { chosen: readonly string[]; leftOut: readonly string[] } {
  const { asked, known, running } = names
  const missing = asked.find((name) => !running.includes(name))
  if (missing !== undefined)
    throw new Error(`${missing} is not running here: npm start -- ${missing}, or pass --base-url`)
  if (asked.length > 0) return { chosen: asked, leftOut: [] }
  const chosen = known.filter((name) => running.includes(name))
  if (chosen.length === 0) throw new Error('No running service has a flow')
  return { chosen, leftOut: known.filter((name) => !running.includes(name)) }
}
