import { expect, test } from 'vitest'
import { createBatch } from './batch.ts'
import { createRowCheck } from './check.ts'

const declared = {
  attributes: new Map(Array.from({ length: 50 }, (_, index) => [`attribute_${index}`, 'text' as const])),
  priceLists: new Map<string, string>(),
  listOfCurrency: new Map<string, string>(),
  categories: new Set<string>(),
}
const checkRow = createRowCheck(declared, 'replace', undefined)
const importId = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'

/** A text of the maximum length, of the characters that take the most bytes. */
function longestRow(line: number) {
  const text = (length: number) => '\\'.repeat(length)
  return checkRow({
    line,
    value: {
      sku: text(64),
      title: { en: text(300), id: text(300) },
      description: { en: text(10_000), id: text(10_000) },
      brand: `a${text(99)}`,
      category: text(400),
      attributes: Object.fromEntries([...declared.attributes.keys()].map((code) => [code, text(200)])),
      options: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`${at}${text(49)}`, text(100)])),
      modelNumbers: Array.from({ length: 10 }, () => text(64)),
    },
    faults: [],
  })
}

test('the longest rows fit until the batch is full, and again after it was taken', () => {
  const batch = createBatch(importId)
  let lines = 0
  while (batch.add(longestRow(lines + 1))) lines += 1
  expect(lines).toBeGreaterThanOrEqual(7)

  const { text, rows } = batch.take()
  expect(rows).toBe(lines)
  const sent = text.toString().split('\n')
  expect(sent).toHaveLength(lines + 1)
  expect(sent.at(-1)).toBe('')
  const [id, line, json = ''] = sent[lines - 1]?.split('\t') ?? []
  expect([id, line]).toEqual([importId, String(lines)])
  expect(JSON.parse(json.replaceAll('\\\\', '\\'))).toEqual(expect.objectContaining({ sku: '\\'.repeat(64) }))

  expect(batch.add(longestRow(lines + 1))).toBe(true)
  expect(batch.take()).toMatchObject({ rows: 1, errors: [] })
})

test('bad rows count as rows: a file of bad rows only is staged in batches too', () => {
  const batch = createBatch(importId)
  const bad = { line: 1, sku: null, code: 'malformed_row', detail: 'must be JSON', faults: [] }
  let errors = 0
  while (batch.add(bad)) errors += 1
  expect(errors).toBe(5_000)
  expect(batch.take().errors).toHaveLength(5_000)
  expect(batch.add(bad)).toBe(true)
})
