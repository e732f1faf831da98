import { describe, expect, test } from 'vitest'
import { everything, useImports } from '../../../../test/import-requests.ts'
import { importRows, products } from '../../../db/schema.ts'
import { maxRowBytes } from '../row.ts'

const { catalog, post, importFile, errorsOf, csvErrors, stored, exported } = await useImports()

const header = 'sku,title.en,title.id,category,stock,attributes.dual_sim,modelNumbers'
const latin = (text: string) => Buffer.from(text, 'latin1')
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')
const importCsv = (file: string | Buffer, query?: string) => importFile(file, 'text/csv', query)
const refused = async (file: string | Buffer, query?: string) => {
  const response = await post(file, 'text/csv', {}, query)
  expect(response.json(), response.body).toMatchObject({ status: 400, code: 'malformed_body' })
  expect(await catalog.deps.db.$count(products)).toBe(0)
  expect(await catalog.deps.db.$count(importRows)).toBe(0)
  return response.json<{ detail: string }>().detail
}

test('BOM, CRLF, quotes, blank lines and a bad row', async () => {
  const file = `\uFEFF${header}\r\nA-1,"One, ""two""\nthree",Satu,phones,4,true,X1\r\n\r\nB,x,y\r\nC,x,y,phones,four,,\r\nD,x,y,phones,,yes,"[""X"",""Y""]"\r\n`
  const done = await importCsv(file)
  expect(done).toMatchObject({ rows: { read: 4, failed: 3 }, products: { created: 1 } })
  expect(await errorsOf(done)).toMatchObject([
    { line: 5, code: 'malformed_row', detail: 'has 3 cells, but the header has 7' },
    { line: 6, sku: 'C', code: 'validation_failed', detail: expect.stringMatching(/^stock: /) },
    { line: 7, sku: 'D', code: 'validation_failed', detail: 'attributes.dual_sim: must be true or false' },
  ])
  expect(await exported('csv')).toContain('"One, ""two""\nthree",Satu')
})

test('the error of a row has the line in which the row begins, however its cells break lines', async () => {
  const file =
    'sku,title.en,stock\nA,"one\r\ntwo\r\nthree",x\r\nB,"one\ntwo",x\n\nC,one,x\nD,"one\rtwo",x\nE,,x\n'
  expect((await errorsOf(await importCsv(file))).map(({ line, sku }) => `${line} ${sku}`)).toEqual([
    '2 A',
    '5 B',
    '8 C',
    '9 D',
    '11 E',
  ])
})

test('cells that a spreadsheet would run as formulas get an apostrophe in front', async () => {
  await importFile(everything)
  const file = await exported('csv')
  for (const cell of ["'=1+1", "'-M", "'@home", "''+62"]) expect(file).toContain(cell)
  expect(file).not.toMatch(/(^|,)"?[=+@-]/m)
})

test.each([
  ['semicolons', 'sku;title.en;category\nA;Phone, black;phones\n'],
  ['tabs', 'sku\ttitle.en\tcategory\nA\tPhone, black\tphones\n'],
  ['sep=', 'sep=|\nsku|title.en|category\nA|Phone, black|phones\n'],
  ['lines that end in three ways', 'sku;title.en;category\r\nB;x;phones\rA;Phone, black;phones\nC;x;phones'],
  ['spaces around names, empty columns at the end', ' sku ;title.en; category;;\nA;Phone, black;phones;;\n'],
  ['empty rows below the table', 'sku;title.en;category\nA;Phone, black;phones\n;;\n;;\n'],
])('%s are understood', async (_name, file) => {
  expect(await csvErrors(file)).toEqual([])
  expect(await stored()).toMatchObject({ A: { title: { en: 'Phone, black' }, category: 'phones' } })
})

describe('encodings', () => {
  const file = 'sku;title.en;category\nA;Größe;phones\n'
  test.each([
    ['Windows-1252', latin(file)],
    ['UTF-16', utf16(file)],
    ['UTF-16, big-endian', utf16(file).swap16()],
    ['UTF-16 without a byte order mark', utf16(file).subarray(2)],
  ])('%s is converted', async (_name, bytes) => {
    expect(await csvErrors(bytes)).toEqual([])
    expect(await stored()).toMatchObject({ A: { title: { en: 'Größe' } } })
  })

  test.each([
    [
      'UTF-8 with a line of Windows-1252',
      Buffer.concat([Buffer.from(`${file}B;é;phones\n`), latin('C;é;phones\n')]),
      4,
    ],
    ['neither of both', latin('sku;title.en;category\nA;\x83\x81;phones\n'), 2],
    ['a UTF-8 that ends inside a character', Buffer.from(file).subarray(0, 27), 2],
  ])('%s is refused with its first bad line', async (_name, bytes, line) => {
    expect(await refused(bytes)).toMatch(new RegExp(`^Line ${line} .*: save the file as UTF-8$`))
  })
})

describe('the header', () => {
  test('its error names all that is wrong, the nearest names and the valid ones', async () => {
    const response = await post(
      'SKU;Titel;prices.retial-idr;attributes.colour;boss;stock;stock\n',
      'text/csv',
    )
    expect(response.json()).toMatchObject({
      code: 'malformed_body',
      detail: expect.stringContaining('7 fault(s)'),
      errors: [
        { pointer: '/header/0', code: 'unknown_column', detail: '"SKU" is not a column; did you mean sku?' },
        {
          pointer: '/header/1',
          code: 'unknown_column',
          detail: '"Titel" is not a column; did you mean title.en?',
        },
        { pointer: '/header/2', detail: expect.stringContaining('did you mean prices.retail-idr?') },
        { pointer: '/header/3', detail: expect.stringContaining('did you mean attributes.color?') },
        { pointer: '/header/4', code: 'unknown_column', detail: '"boss" is not a column' },
        { pointer: '/header/6', code: 'repeated_column', detail: '"stock" sets what an earlier column sets' },
        { pointer: '/header', code: 'missing_column', detail: 'sku is missing' },
        { code: 'valid_columns', detail: expect.stringContaining('title.id, description.en') },
        { code: 'valid_columns', detail: 'attributes.color, attributes.memory_gb, attributes.dual_sim' },
        { code: 'valid_columns', detail: 'prices.retail-idr, prices.retail-usd, price.idr, price.usd' },
        { code: 'valid_columns', detail: expect.stringMatching(/^compareAtPrices.*compareAtPrice.usd$/) },
      ],
    })
  })

  test('a file that replaces whole products must have a title and a category', async () => {
    const response = await post('sku,stock\nA,1\n', 'text/csv', {}, '?mode=replace')
    const { errors } = response.json<{ errors: { code: string; detail: string }[] }>()
    expect(errors.flatMap(({ code, detail }) => (code === 'missing_column' ? detail : []))).toEqual([
      'title.en or title.id is missing',
      'category is missing',
    ])
  })

  const undoubled = 'a cell with a quote in it must be in quotes, with the quote doubled: "5"" disk"'
  test.each([
    ['a quote in a cell without quotes', '5" disk,,,,,', `In the row after line 4: ${undoubled}`],
    ['a quote that is not doubled', '"5" disk",,,,,', `In the row after line 4: ${undoubled}`],
    [
      'a quote that is not closed',
      '"5,,,,,\nB,,,,,\n',
      'In the row after line 4: a quote begins a cell and is not closed',
    ],
    [
      'a row that is too long',
      `"${'x\n'.repeat(maxRowBytes)}"`,
      `In the row after line 4: a row must have at most ${maxRowBytes} bytes`,
    ],
  ])('%s: the error says where, and what to write', async (_name, cells, detail) => {
    expect(await refused(`${header}\nA,"x\r\ny\nz",,,,,\nB,${cells}`)).toBe(detail)
  })

  test.each([
    ['an unterminated quote', `${header}\n"A-1,x,y,phones,4,,`],
    ['an unterminated quote before a megabyte', `${header}\n"A-1${'x'.repeat(1_000_000)}`],
    ['text behind a quote', `${header}\n"A"-1,x,y,phones,4,,`],
    ['a row of more than it may have', `${header}\nA,${'x'.repeat(maxRowBytes + 1)}`],
    ['10,000 columns', Array.from({ length: 10_000 }, (_, at) => `column ${at}`).join(',')],
    ['one quote in the header', '"sku,title.en\nA,b\n'],
    ['NUL', 'sku\u0000,title.en\nA,b\n'],
    ['a column twice', `${header},stock\n`],
    ['a price twice', 'sku,price.idr,prices.retail-idr\nA,1,1\n'],
    ['a column __proto__', `${header},options.__proto__\n`],
    ['a header only', header],
    ['nothing', ''],
  ])('%s: 400, and nothing is taken', async (_name, file) => {
    expect(await refused(file)).not.toBe('')
  })
})

describe('numbers', () => {
  const columns = 'sku;title.en;category;stock;prices.retail-idr;prices.retail-usd;attributes.memory_gb'
  const product = (sku: string, ...cells: string[]) => `\n${sku};x;phones;${cells.join(';')}`

  test.each([
    ['1.000', '5', '900', 'stock', 'must be a whole number, digits only'],
    ['1e3', '5', '900', 'stock', 'must be a whole number, digits only'],
    ['-1', '5', '900', 'stock', 'must be a whole number, digits only'],
    ['1', '129.000', '900', 'prices.retail-idr', 'must be in minor units, digits only'],
    [
      '1',
      '5',
      '9.00',
      'prices.retail-usd',
      'must be in minor units, digits only: write 900, or name the column price.usd for decimal amounts',
    ],
  ])(
    'stock %s, prices %s and %s: an error, because it is not a number of digits',
    async (stock, idr, usd, column, detail) => {
      expect(
        await csvErrors(`${columns}${product('A', stock, idr, usd, '')}${product('B', '1', '5', '9', '')}`),
      ).toEqual([`2 A ${column}: ${detail}`])
      expect(Object.keys(await stored())).toEqual(['B'])
    },
  )

  test('an error names the line, the SKU, and every fault with its column and value', async () => {
    const done = await importCsv(
      `sku,title.en,category,stock,modelNumbers,price.usd\nA,x,phones,many,[SM-G991B],${'9'.repeat(200)}\n`,
    )
    expect(done.state).toBe('failed')
    expect(await errorsOf(done)).toMatchObject([
      {
        line: 2,
        sku: 'A',
        faults: [
          { column: 'stock', value: 'many' },
          {
            column: 'modelNumbers',
            value: '[SM-G991B]',
            detail: 'must be one model number, or a JSON array such as ["SM-G991B","SM-G991U"]',
          },
          { column: 'price.usd', value: `${'9'.repeat(100)}…` },
        ],
      },
    ])
  })

  test.each(['QZ-1,QZ-2', 'QZ-1;QZ-2', 'QZ-1|QZ-2', '{}', '{"a":1}', '"QZ-1"', '[QZ-1', 'QZ-1]'])(
    'the model numbers %s are not one model number, so they are an error',
    async (text) => {
      await importFile(everything)
      const file = `sku;modelNumbers\nA-1;"${text.replaceAll('"', '""')}"\nA-2;SM/1 (EU)\n`
      expect(await csvErrors(file)).toEqual([
        '2 A-1 modelNumbers: must be one model number, or a JSON array such as ["SM-G991B","SM-G991U"]',
      ])
      expect(await stored()).toMatchObject({
        'A-1': { modelNumbers: ['SM-S921B', "'=x"] },
        'A-2': { modelNumbers: ['SM/1 (EU)'] },
      })
    },
  )

  test('decimal amounts become minor units of their currency', async () => {
    const file =
      'sku,title.en,category,price.usd,price.idr\nA,x,phones,49.99,129000\nB,x,phones,"1,299.00",5.5\nC,x,phones,1.999,1\n'
    expect(await csvErrors(file)).toEqual(['4 C price.usd: must be an amount of USD with up to 2 decimals'])
    expect(await stored()).toMatchObject({
      A: { prices: { 'retail-usd': 4_999, 'retail-idr': 12_900_000 } },
      B: { prices: { 'retail-usd': 129_900, 'retail-idr': 550 } },
    })
  })

  test('the only price list of a currency is the one that a decimal column means', async () => {
    await catalog.deps.pool.query(
      `insert into price_lists (code, currency) values ('tokyo', 'JPY') on conflict do nothing`,
    )
    expect(await csvErrors('sku,title.en,category,price.jpy\nA,x,phones,1299\nB,x,phones,12.5\n')).toEqual([
      '3 B price.jpy: must be an amount of JPY with up to 0 decimals',
    ])
    expect(await stored()).toMatchObject({ A: { prices: { tokyo: 1_299 } } })
    await catalog.deps.pool.query(`delete from prices where price_list = 'tokyo'`)
    await catalog.deps.pool.query(`delete from price_lists where code = 'tokyo'`)
  })

  test('a decimal comma is understood when the whole file has it', async () => {
    const file =
      'sku;title.en;category;price.usd;rating;attributes.memory_gb\nA;x;phones;1.299,00;4,5;8,125\nB;x;phones;9.99;;\nC;x;phones;;;1.299\nD;x;phones;5;;\n'
    expect(await csvErrors(file)).toEqual([
      '3 B price.usd: has a decimal point, but an earlier row has a decimal comma',
      '4 C attributes.memory_gb: has a decimal point, but an earlier row has a decimal comma',
    ])
    expect(await stored()).toMatchObject({
      A: { prices: { 'retail-usd': 129_900 }, rating: 4.5, attributes: { memory_gb: 8.125 } },
      D: { prices: { 'retail-usd': 500 } },
    })
  })

  test('1,299 may be two numbers, so it is an error', async () => {
    expect(await csvErrors('sku;title.en;category;attributes.memory_gb\nA;x;phones;1,299\n')).toEqual([
      '2 A attributes.memory_gb: must be a number without separators between thousands',
    ])
  })
})
