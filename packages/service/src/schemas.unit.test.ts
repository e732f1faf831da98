import { expect, test } from 'vitest'
import { uuid } from './schemas.ts'

test('uuid: an id arrives in lower case, however the client spells it', () => {
  const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
  expect(uuid().parse(id.toUpperCase())).toBe(id)
  expect(uuid().optional().parse(id.toUpperCase())).toBe(id)
  expect(uuid().safeParse(id.slice(1)).success).toBe(false)
})
