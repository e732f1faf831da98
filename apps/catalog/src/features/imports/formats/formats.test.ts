import { describe, expect, test } from 'vitest'
import { ndjson, row, useImports } from '../../../../test/import-requests.ts'
import { createShop } from '../../../../test/shop.ts'

// Small files in the shape of what the other systems export; the columns that no mapping reads are left out.
const { catalog, post, importFile, csvErrors, stored } = await useImports()
const refused = async (file: string, query: string) =>
  (await post(file, 'text/csv', {}, query)).json<{ detail: string }>().detail
const unpublished = 'is not published in its shop, but this catalog shows every product: the row was left out'

describe('Shopify', () => {
  const file = `Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Barcode,Image Src,Status
linen-shirt,Linen shirt,Soft,Senja,Apparel & Accessories > Men's Shirts,Shirt,summer,true,Size,S,Color,White,LS-S,4,49.99,'8991234567898,https://x/1.jpg,active
linen-shirt,,,,,,,,,M,,White,LS-M,-2,49.99,,,
linen-shirt,,,,,,,,,,,,,,,,https://x/2.jpg,
linen-shirt,,,,,,,,,L,,White,,1,49.99,,,
mug,Mug,,Senja,,phones,,true,Title,Default Title,,,MUG,10,5.00,,,active
jar,Jar,,Senja,,phones,,true,Title,Default Title,,,JAR,10,5.00,,,draft
`
  test('variants, options and prices; rows with images only are skipped, drafts and rows without a SKU are errors', async () => {
    await createShop(catalog.deps.db).category('apparel-accessories/mens-shirts')
    expect(await csvErrors(file, '?format=shopify&currency=USD')).toEqual([
      '5 null variant sku: is missing: give each row a SKU',
      `7 JAR status: ${unpublished}`,
    ])
    const shirt = {
      product: 'linen-shirt',
      title: { en: 'Linen shirt', id: 'Linen shirt' },
      description: { en: 'Soft' },
      brand: 'Senja',
      category: 'apparel-accessories/mens-shirts',
      prices: { 'retail-usd': 4_999 },
    }
    expect(await stored()).toMatchObject({
      'LS-S': { ...shirt, gtin: '8991234567898', options: { size: 'S', color: 'White' }, stock: 4 },
      'LS-M': { ...shirt, gtin: null, options: { size: 'M', color: 'White' }, stock: 0 },
      MUG: { product: 'mug', options: {}, stock: 10, category: 'phones' },
    })
  })

  test('the newer names of its columns', async () => {
    const renamed =
      'Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Price,Inventory quantity\nMug,mug,Blue,Senja,phones,TRUE,Active,MUG,,Color,Blue,5.00,10\n'
    expect(await csvErrors(renamed, '?format=shopify&currency=usd')).toEqual([])
    expect(await stored()).toMatchObject({
      MUG: { product: 'mug', options: { color: 'Blue' }, stock: 10, prices: { 'retail-usd': 500 } },
    })
  })

  test('a missing currency, an unknown one, and a file of another system are said', async () => {
    for (const currency of ['', '&currency=EUR'])
      expect(await refused(file, `?format=shopify${currency}`)).toBe(
        'A shopify file does not say its currency: add ?currency= to the URL, with one of IDR, USD',
      )
    expect(await refused('sku,stock\nA,1\n', '?format=shopify&currency=USD')).toBe(
      'The header is not that of the format shopify; it has no "handle" or "url handle", no "title", no "variant price" or "price"',
    )
  })
})

test('WooCommerce: simple products, and variations that take the fields of their parent', async () => {
  const file = `ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,"Short description",Description,"In stock?",Stock,"Sale price","Date sale price starts","Regular price",Categories,Brands,Parent,"Attribute 1 name","Attribute 1 value(s)"
10,simple,HAT,8991234567898,Hat,1,Warm,,1,7,,,15,"phones, Sale",Senja,,,
11,variable,TEE,,Tee,1,,A tee,1,,,,,phones,,,Size,"S, M"
12,variation,TEE-S,,Tee - S,1,,,1,3,9.5,,12,,,TEE,Size,S
13,variation,TEE-M,,Tee - M,1,,,0,,9.5,2026-01-01,12,,,id:11,Size,M
14,variation,LOST,,x,1,,,1,1,,,1,,,NOPE,Size,M
15,simple,DRAFT,,x,-1,,,1,1,,,1,phones,,,,
`
  expect(await csvErrors(file, '?format=woocommerce&currency=USD')).toEqual([
    '6 LOST parent: must be the SKU or id of a variable product in an earlier row',
    `7 DRAFT published: ${unpublished}`,
  ])
  const tee = { product: 'TEE', title: { en: 'Tee' }, description: { en: 'A tee' }, category: 'phones' }
  expect(await stored()).toMatchObject({
    HAT: {
      gtin: '8991234567898',
      brand: 'Senja',
      description: { en: 'Warm' },
      stock: 7,
      prices: { 'retail-usd': 1_500 },
    },
    'TEE-S': { ...tee, options: { size: 'S' }, stock: 3, prices: { 'retail-usd': 950 } },
    'TEE-M': { ...tee, options: { size: 'M' }, stock: 0, prices: { 'retail-usd': 1_200 } },
  })
})

test('Google Merchant Center: a feed with tabs, whose prices have their currency', async () => {
  const file = [
    'id\ttitle\tdescription\tlink\tavailability\tprice\tsale price\tbrand\tgtin\tmpn\titem_group_id\tproduct_type\tcolor',
    'G-1\tPhone\tNew\thttps://x\tin_stock\t199.00 USD\t179.00 USD\tAcme\t8991234567898\tAC-1\tACME\tPhones\tblack',
    'G-2\tPhone\tNew\thttps://x\tout of stock\t199.00 USD\t\tAcme\t\tAC-2\tACME\tPhones\twhite',
    'G-3\tEuro\tNew\thttps://x\tin_stock\t199.00 EUR\t\tAcme\t\t\t\tPhones\t',
    'G-4\tBad\tNew\thttps://x\tin_stock\tcheap\t\tAcme\t\t\t\tPhones\t',
  ].join('\n')
  expect(await csvErrors(file, '?format=google')).toEqual([
    '4 G-3 price: needs the column price.eur, which this catalog does not have',
    '5 G-4 price: must be a number and a currency, such as 15.00 USD',
  ])
  const phone = { product: 'ACME', title: { en: 'Phone' }, brand: 'Acme', category: 'phones' }
  expect(await stored()).toMatchObject({
    'G-1': {
      ...phone,
      modelNumbers: ['AC-1'],
      options: { color: 'black' },
      stock: 1,
      prices: { 'retail-usd': 17_900 },
    },
    'G-2': {
      ...phone,
      modelNumbers: ['AC-2'],
      options: { color: 'white' },
      stock: 0,
      prices: { 'retail-usd': 19_900 },
    },
  })
})

describe('a product whose stock nobody counts', () => {
  const stocks = async () =>
    Object.fromEntries(Object.entries(await stored()).map(([sku, { stock }]) => [sku, stock]))

  test.each([
    [
      'Shopify, without an inventory tracker',
      '?format=shopify&currency=USD',
      'Handle,Title,Type,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price\na,x,phones,NEW,,0,5\nb,x,phones,KNOWN,,0,5\nc,x,phones,OUT,shopify,0,5\n',
    ],
    [
      'WooCommerce, in stock without a number',
      '?format=woocommerce&currency=USD',
      'Type,SKU,Name,Published,In stock?,Stock,Regular price,Categories\nsimple,NEW,x,1,1,,5,phones\nsimple,KNOWN,x,1,1,,5,phones\nsimple,OUT,x,1,0,,5,phones\n',
    ],
    [
      'Google',
      '?format=google',
      'id,title,price,availability,product_type\nNEW,x,5 USD,in_stock,phones\nKNOWN,x,5 USD,in stock,phones\nOUT,x,5 USD,out_of_stock,phones\n',
    ],
  ])('%s: a new one has 1, and a known one keeps its stock', async (_name, query, file) => {
    await importFile(ndjson(row('KNOWN', { stock: 57 }), row('OUT', { stock: 9 })))
    expect(await csvErrors(file, query)).toEqual([])
    expect(await stocks()).toEqual({ NEW: 1, KNOWN: 57, OUT: 0 })
  })

  test('WooCommerce: a variation that its parent counts, and one on backorder', async () => {
    await importFile(ndjson(row('B', { stock: 4 })))
    const file =
      'Type,SKU,Name,Published,In stock?,Stock,Regular price,Categories\nsimple,A,x,1,1,parent,5,phones\nsimple,B,x,1,backorder,,5,phones\n'
    expect(await csvErrors(file, '?format=woocommerce&currency=USD')).toEqual([])
    expect(await stocks()).toEqual({ A: 1, B: 4 })
  })

  test('Google: an availability that is none of its words is an error', async () => {
    const file = 'id,title,price,availability,product_type\nA,x,5 USD,soon,phones\n'
    expect(await csvErrors(file, '?format=google')).toEqual([
      '2 A availability: must be one of in stock, out of stock, preorder, backorder',
    ])
  })
})

describe('images and struck-through prices come along', () => {
  const image = (url: string) => ({ url, alt: '', width: null, height: null })
  const expected = {
    images: [image('https://x.example/1.jpg')],
    prices: { 'retail-usd': 900 },
    compareAtPrices: { 'retail-usd': 1_200 },
  }

  test('Shopify: the first image', async () => {
    const file =
      'Handle,Title,Type,Variant SKU,Variant Price,Variant Compare At Price,Image Src\na,x,phones,A,9,12,https://x.example/1.jpg\na,,,,,,https://x.example/2.jpg\nb,x,phones,B,9,0,\nc,x,phones,C,9,,ftp://x\n'
    expect(await csvErrors(file, '?format=shopify&currency=USD')).toEqual([
      '5 C image src: must be an http or https URL, percent-encoded',
    ])
    expect(await stored()).toMatchObject({ A: expected, B: { images: [], compareAtPrices: {} } })
  })

  test('WooCommerce: all images of the product; the regular price beside a sale', async () => {
    const file =
      'Type,SKU,Name,Published,Sale price,Regular price,Categories,Images\nsimple,A,x,1,9,12,phones,"https://x.example/1.jpg, https://x.example/ä.jpg"\nsimple,B,x,1,,12,phones,\n'
    expect(await csvErrors(file, '?format=woocommerce&currency=USD')).toEqual([])
    expect(await stored()).toMatchObject({
      A: { ...expected, images: [...expected.images, image('https://x.example/%C3%A4.jpg')] },
      B: { images: [], prices: { 'retail-usd': 1_200 }, compareAtPrices: {} },
    })
  })

  test('Google: the image and the additional ones; the price beside a sale', async () => {
    const file =
      'id\ttitle\tprice\tsale_price\tavailability\tproduct_type\timage_link\tadditional_image_link\nA\tx\t12 USD\t9 USD\tin_stock\tphones\thttps://x.example/1.jpg\thttps://x.example/2,3.jpg,https://x.example/4.jpg\n'
    expect(await csvErrors(file, '?format=google')).toEqual([])
    const more = [image('https://x.example/2,3.jpg'), image('https://x.example/4.jpg')]
    expect(await stored()).toMatchObject({ A: { ...expected, images: [...expected.images, ...more] } })
  })
})

test.each([
  ['shopify', 'Handle,Title,Type,Variant SKU,Variant Price,SEO Title,Tags\na,x,phones,A,9,Best x,new\n'],
  [
    'woocommerce',
    'Type,SKU,Name,Published,Regular price,Categories,SEO Title,Tags\nsimple,A,x,1,9,phones,x,new\n',
  ],
  ['google', 'id,title,price,availability,product_type,SEO Title,Tags\nA,x,9 USD,in stock,phones,x,new\n'],
])('%s: the result names the columns that are not imported', async (format, file) => {
  const { products, ignoredColumns } = await importFile(file, 'text/csv', `?format=${format}&currency=USD`)
  expect(products.created).toBe(1)
  expect(ignoredColumns).toEqual(['SEO Title', 'Tags'])
})

test('Google: the variants of a group have their own titles, and the product that of the first', async () => {
  const file =
    'id,title,price,availability,product_type,item_group_id,brand\nA,Shoe Red 42,5 USD,in_stock,phones,shoe,\nB,Shoe Blue 43,5 USD,in_stock,phones,shoe,Senja\n'
  expect(await csvErrors(file, '?format=google')).toEqual([])
  const shoe = { product: 'shoe', title: { en: 'Shoe Red 42' }, brand: 'Senja' }
  expect(await stored()).toMatchObject({ A: shoe, B: shoe })
})

test('errors name the columns of the file, also those that the merge finds', async () => {
  const shopify =
    'Handle,Title,Vendor,Type,Variant SKU,Variant Price\na,x,!,nowhere,A,5\nb,x,Senja,nowhere,B,5\nc,,Senja,phones,C,5\nd,x,Senja,nowhere,D,cheap\n'
  const advice = 'no category has the path nowhere: create it, or send ?category=PATH with the file'
  expect(await csvErrors(shopify, '?format=shopify&currency=USD')).toEqual([
    '2 A vendor: must have a letter or a digit',
    `2 A type: ${advice}`,
    `3 B type: ${advice}`,
    '4 C title: is missing: a new product needs title.en or title.id in one of its rows',
    '5 D variant price: must be a number',
    `5 D type: ${advice}`,
  ])
})

test('WooCommerce: a grouped product is left out, \\n is a line break, and the deepest category counts', async () => {
  await createShop(catalog.deps.db).category('clothing/hoodies')
  const file = String.raw`Type,SKU,Name,Published,Description,Regular price,Categories,Brands
simple,A,x,1,Soft\nand light,5,"Clothing, Clothing > Hoodies, Sale",Head &amp; Shoulders
grouped,SET,Set,1,,,Clothing,
`
  expect(await csvErrors(file, '?format=woocommerce&currency=USD')).toEqual([
    '3 SET type: is a group of products that have rows of their own: the row was left out',
  ])
  expect(await stored()).toMatchObject({
    A: { description: { en: 'Soft\nand light' }, category: 'clothing/hoodies', brand: 'Head & Shoulders' },
  })
})

test('Google: entities are characters, and a comma in a category of Google is part of its name', async () => {
  await createShop(catalog.deps.db).category('food-beverages-tobacco/tea')
  const file =
    'id\ttitle\tdescription\tprice\tavailability\tgoogle_product_category\tmpn\nA\tTea &amp; more\tHot &amp; sweet\t5 USD\tin_stock\tFood, Beverages &amp; Tobacco &gt; Tea\tA,1\n'
  expect(await csvErrors(file, '?format=google')).toEqual([])
  expect(await stored()).toMatchObject({
    A: {
      title: { en: 'Tea & more' },
      description: { en: 'Hot & sweet' },
      category: 'food-beverages-tobacco/tea',
      modelNumbers: ['A,1'],
    },
  })
})

test('the export of a German wholesaler: semicolons, Windows-1252, decimal commas', async () => {
  const file =
    'sku;title.en;category;price.usd;stock\r\nS-1;Schlüssel, groß;phones;1.299,00;3\r\nS-2;Öl;phones;9,5;12\r\n'
  expect(await csvErrors(Buffer.from(file, 'latin1'))).toEqual([])
  expect(await stored()).toMatchObject({
    'S-1': { title: { en: 'Schlüssel, groß' }, prices: { 'retail-usd': 129_900 } },
    'S-2': { title: { en: 'Öl' }, prices: { 'retail-usd': 950 }, stock: 12 },
  })
})
