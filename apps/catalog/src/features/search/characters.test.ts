import { expect, test } from 'vitest'
import { useSearch } from '../../../test/use-search.ts'

// Marks and digits of any script: what separates words, and what is marked in a title.

const { add, found, marked } = await useSearch()

test.each([
  ['hitman', 'Hitman™ 3'],
  ['velocity', 'Velocity® bike'],
  ['core i5', 'Intel Core™ i5'],
  ['نتائج ٣', 'نتائج 3'],
  ['lamp ४५', 'Lamp 45'],
])('%s finds %s', async (query, title) => {
  await add('Hitman™ 3', 'Velocity® bike', 'Intel Core™ i5', 'نتائج 3', 'Lamp 45')
  expect(await found(query)).toEqual([title])
})

test('a digit of another script is the same in the shop and in the query', async () => {
  await add('حجم ٤٥')
  expect(await found('45')).toEqual(['حجم ٤٥'])
})

test.each([
  ['3,5', 'Jack 3,5 mm', ['3,5']],
  ['5.1', 'Speaker 5.1', ['5.1']],
  ['AT&T', 'AT&T phone', ['AT&T']],
  ['cafe', 'Cafe\u0301 table', ['Cafe\u0301']],
  ['किताब', 'हिन्दी किताब', ['किताब']],
  ['हिन्दी', 'हिन्दी किताब', ['हिन्दी']],
  ['புத்தகம்', 'தமிழ் புத்தகம்', ['புத்தகம்']],
  ['shirt', 'T-shirt', ['shirt']],
  ['t-shirt', 'T-shirt', ['T-shirt']],
  ['mens', 'Men’s hat', ['Men’s']],
])('%s is marked in %s', async (query, title, expected) => {
  await add(title)
  expect(await marked(query)).toEqual(expected)
})
