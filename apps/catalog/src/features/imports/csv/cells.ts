import secureJson from 'secure-json-parse'
import type { Fault } from '../../../db/import-tables.ts'
import { shown } from '../check.ts'
import type { Declared, ReadRow } from '../row.ts'
import { type Column, columnFinder } from './columns.ts'

/** A cell for one of our columns, and the column of the file that it comes from. Without a text, the stored value stays. */
export type Cell = readonly [ours: string, theirs: string, text: string | undefined]

/** A formula that the export has made harmless with an apostrophe, which the import removes again. */
const guardedFormula = /^'+[=+\-@\t\r]/

/** JSON writes numbers below 1e21 and from 1e-6 on without an exponent: up to 21 digits and 22 decimals. */
const decimalPattern = /^(-?)(\d{1,21}|\d{1,3}(?:[.,]\d{3}){1,6})(?:([.,])(\d{1,22}))?(e[+-]?\d{1,3})?$/i
const nameOf = (mark: string) => (mark === ',' ? 'comma' : 'point')

/** Makes the function that reads the cells of one file's rows. It remembers the file's decimal mark. */
export function createCellReader(declared: Declared): (cells: readonly Cell[]) => Omit<ReadRow, 'line'> {
  const findColumn = columnFinder(declared)
  /** The file's first decimal number decides. */
  let mark: string | undefined

  /** @returns the number as JSON writes it */
  function readDecimal(text: string): string {
    const parts = decimalPattern.exec(text)
    if (!parts) throw new CellError('must be a number')
    const [, sign = '', whole = '', found, decimals = '', exponent = ''] = parts
    const grouping = new Set(whole.replaceAll(/\d/g, ''))
    // 1,299 may be a thousand or a bit more than one: only decimals of another length say what the comma is.
    if (grouping.size > 0 || (found === ',' && decimals.length === 3 && mark !== ',')) {
      const isClear = grouping.size === 1 && found !== undefined && !grouping.has(found)
      if (!isClear) throw new CellError('must be a number without separators between thousands')
    }
    if (found) mark ??= found
    if (found && mark && found !== mark)
      throw new CellError(`has a decimal ${nameOf(found)}, but an earlier row has a decimal ${nameOf(mark)}`)
    return `${sign}${whole.replaceAll(/[.,]/g, '')}${found ? `.${decimals}` : ''}${exponent}`
  }

  function readValue(column: Column, text: string): unknown {
    switch (column.kind) {
      case 'text':
        return text
      case 'codes':
        return readCodes(text)
      case 'images':
        return readImages(text)
      case 'boolean':
        if (text !== 'true' && text !== 'false') throw new CellError('must be true or false')
        return text === 'true'
      case 'integer':
        return readInteger(text, 'must be a whole number, digits only')
      case 'minor':
        return readInteger(text, minorUnitsAdvice(text, column))
      case 'money': {
        const amount = minorUnits(readDecimal(text), column.digits)
        if (amount !== undefined) return amount
        throw new CellError(`must be an amount of ${column.currency} with up to ${column.digits} decimals`)
      }
      case 'decimal':
        return Number(readDecimal(text))
    }
  }

  return (cells) => {
    const names = new Map<string, string>()
    const values = new Map<string, unknown>()
    const faults: Fault[] = []
    for (const [ours, theirs, cell] of cells) {
      // A column that sets two of our columns has one fault.
      if (cell === undefined || faults.some(({ column }) => column === theirs)) continue
      try {
        const column = findColumn(ours)
        if (!column) throw new CellError(`needs the column ${ours}, which this catalog does not have`)
        const text = cell.replace(guardedFormula, (guarded) => guarded.slice(1))
        names.set(column.path, theirs)
        // An empty cell clears the value.
        values.set(column.path, text === '' ? null : readValue(column, text))
      } catch (error) {
        if (!(error instanceof CellError)) throw error
        faults.push({ column: theirs, value: shown(cell), code: 'validation_failed', detail: error.message })
      }
    }
    return { value: nested(values), names, faults }
  }
}

class CellError extends Error {}

/** The object with these values at these paths: `title.en` is the key `en` of the object `title`. */
function nested(values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const groups = Map.groupBy(values, ([path]) => path.split('.', 1)[0] ?? '')
  return Object.fromEntries(
    Array.from(groups, ([field, entries]) => {
      const keyed = entries.map(([path, value]) => [path.slice(field.length + 1), value] as const)
      return [field, values.has(field) ? values.get(field) : Object.fromEntries(keyed)]
    }),
  )
}

function readInteger(text: string, advice: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new CellError(advice)
  return Number(text)
}

/** @returns undefined when it is not an amount with up to so many decimals */
function minorUnits(number: string, digits: number): number | undefined {
  const [, whole, decimals = ''] = /^(\d+)(?:\.(\d*))?$/.exec(number) ?? []
  return whole && decimals.length <= digits ? Number(whole + decimals.padEnd(digits, '0')) : undefined
}

function minorUnitsAdvice(text: string, { decimal, digits }: { decimal: string; digits: number }): string {
  const advice = 'must be in minor units, digits only'
  const amount = /^\d{1,12}[.,]\d{1,4}$/.test(text) ? minorUnits(text.replace(',', '.'), digits) : undefined
  return amount === undefined
    ? advice
    : `${advice}: write ${amount}, or name the column ${decimal} for decimal amounts`
}

/** Several are a JSON array; one may be plain text. */
function readCodes(text: string): unknown {
  if (!/[[\]{}",;|]/.test(text)) return [text]
  return readList(text, 'must be one model number, or a JSON array such as ["SM-G991B","SM-G991U"]')
}

/** The export writes a JSON array. Other files list URLs, which may have letters that are not ASCII. */
function readImages(text: string): unknown {
  if (text.startsWith('[')) return readList(text, 'must be URLs with spaces between them, or a JSON array')
  const urls = text.split(/,?\s+|,(?=https?:)/i).filter((url) => url !== '')
  return urls.map((url) => ({ url: URL.parse(url)?.href ?? url }))
}

function readList(text: string, advice: string): unknown[] {
  const list: unknown = secureJson.safeParse(text)
  if (!Array.isArray(list)) throw new CellError(advice)
  return list
}
