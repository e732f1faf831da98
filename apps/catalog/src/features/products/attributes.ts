type Value = string | number | boolean

const typeNames = new Map([
  ['string', 'text'],
  ['number', 'number'],
  ['boolean', 'boolean'],
])

/**
 * Returns the attributes that a product may not have, with the reason.
 *
 * @param declared the declared type (`text`, `number`, `boolean`) by code
 */
export function rejectedAttributes(attributes: Record<string, Value>, declared: ReadonlyMap<string, string>) {
  return Object.entries(attributes).flatMap(([code, value]) => {
    const type = declared.get(code)
    if (type === typeNames.get(typeof value)) return []
    return type === undefined
      ? [{ attribute: code, code: 'not_declared', detail: `no attribute has the code ${code}` }]
      : [{ attribute: code, code: 'wrong_type', detail: `${code} must be a ${type}` }]
  })
}
