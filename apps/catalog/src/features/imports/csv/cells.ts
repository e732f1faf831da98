import secureJson from 'secure-json-parse'
import type { Fault } from '../../../db/import-tables.ts'
import { type ReadRow, shown } from '../row.ts'
import type { Column } from './columns.ts'

/** A cell of a row: its column, by the name that the file gives it, and its text. */
export type Cell = readonly [name: string, column: Column, text: string]

/** A formula that the export has made harmless with an apostrophe, which the import removes again. */
const guardedFormula = /^'+[=+\-@\t\r]/

/** Which mark a file puts before the decimals. Its first decimal number decides. */
type DecimalMark = '.' | ','

/** Reads the cells of one file's rows. It remembers the file's decimal mark. */
export function createCellReader() {
  let mark: DecimalMark | undefined

  function readDecimal(text: string): string {
    const parts = /^(-?)(\d{1,20}|\d{1,3}(?:[.,]\d{3}){1,6})(?:([.,])(\d{1,20}))?(e[+-]?\d{1,3})?$/i.exec(
      text,
    )
    if (!parts) throw new CellError('must be a number')
    const [, sign = '', whole = '', found, decimals = '', exponent = ''] = parts
    const grouping = new Set(whole.replaceAll(/\d/g, ''))
    // 1,299 may be a thousand or a bit more than one: only decimals of another length say what the comma is.
    if (grouping.size > 0 || (found === ',' && decimals.length === 3 && mark !== ',')) {
      const isClear = grouping.size === 1 && found !== undefined && !grouping.has(found)
      if (!isClear) throw new CellError('must be a number without separators between thousands')
    }
    if (found === '.' || found === ',') {
      mark ??= found
      if (found !== mark)
        throw new CellError(
          `has a decimal ${nameOf(found)}, but an earlier row has a decimal ${nameOf(mark)}`,
        )
    }
    return `${sign}${whole.replaceAll(/[.,]/g, '')}${found ? `.${decimals}` : ''}${exponent}`
  }

  function readMoney(text: string, currency: string, digits: number): number {
    const [whole = '', decimals = ''] = readDecimal(text).split('.')
    const isAmount = /^\d+$/.test(whole) && /^\d*$/.test(decimals) && decimals.length <= digits
    if (!isAmount) throw new CellError(`must be an amount of ${currency} with up to ${digits} decimals`)
    return Number(whole + decimals.padEnd(digits, '0'))
  }

  function readCell(column: Column, text: string): unknown {
    switch (column.kind) {
      case 'text':
        return text
      case 'codes':
        return readCodes(text)
      case 'boolean':
        if (text !== 'true' && text !== 'false') throw new CellError('must be true or false')
        return text === 'true'
      case 'integer':
        return readInteger(text, 'must be a whole number, digits only')
      case 'minor':
        return readInteger(text, minorUnitsAdvice(text, column.currency, column.digits))
      case 'money':
        return readMoney(text, column.currency, column.digits)
      case 'decimal':
        return Number(readDecimal(text))
    }
  }

  /** An empty cell becomes null, which clears the value. */
  return function readCells(cells: readonly Cell[]): Omit<ReadRow, 'line'> {
    const names = new Map(cells.map(([name, { field, key }]) => [key ? `${field}.${key}` : field, name]))
    const flat = new Map<string, unknown>()
    const nested = new Map<string, Map<string, unknown>>()
    const faults: Fault[] = []
    for (const [name, column, cell] of cells) {
      try {
        const text = cell.replace(guardedFormula, (guarded) => guarded.slice(1))
        const value = text === '' ? null : readCell(column, text)
        const { field, key } = column
        if (key === undefined) flat.set(field, value)
        else nested.set(field, (nested.get(field) ?? new Map<string, unknown>()).set(key, value))
      } catch (error) {
        if (!(error instanceof CellError)) throw error
        faults.push({ column: name, value: shown(cell), code: 'validation_failed', detail: error.message })
      }
    }
    for (const [field, entries] of nested) flat.set(field, Object.fromEntries(entries))
    return { value: Object.fromEntries(flat), names, faults }
  }
}

class CellError extends Error {}

const nameOf = (mark: DecimalMark) => (mark === '.' ? 'point' : 'comma')

function readInteger(text: string, advice: string): number {
  if (!/^\d{1,16}$/.test(text)) throw new CellError(advice)
  return Number(text)
}

function minorUnitsAdvice(text: string, currency: string, digits: number): string {
  const [, whole, decimals = ''] = /^(\d{1,12})[.,](\d{1,4})$/.exec(text) ?? []
  const advice = 'must be in minor units, digits only'
  if (whole === undefined || decimals.length > digits) return advice
  const amount = Number(whole + decimals.padEnd(digits, '0'))
  return `${advice}: write ${amount}, or name the column price.${currency.toLowerCase()} for decimal amounts`
}

/** A list is a JSON array; a single entry may be plain text. */
function readCodes(text: string): unknown {
  if (!text.startsWith('[')) return [text]
  const list: unknown = secureJson.safeParse(text)
  if (!Array.isArray(list))
    throw new CellError('must be one model number, or a JSON array such as ["SM-G991B","SM-G991U"]')
  return list
}
