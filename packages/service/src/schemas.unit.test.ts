import { expect, test } from 'vitest'
import { label, text, uuid } from './schemas.ts'

test('uuid: an id arrives in lower case, however the client spells it', () => {
  const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
  expect(uuid().parse(id.toUpperCase())).toBe(id)
  expect(uuid().optional().parse(id.toUpperCase())).toBe(id)
  expect(uuid().safeParse(id.slice(1)).success).toBe(false)
})

test.each(['\u0000', '\u001b', '\u007f', '\u0080', '\u0085', '\u009b'])(
  'text and label: the control character %j is refused',
  (character) => {
    expect(text({ max: 100 }).safeParse(`Siti${character}`).success).toBe(false)
    expect(label(100).safeParse(`Siti${character}`).success).toBe(false)
  },
)

test.each([
  '\u00ad',
  '\u061c',
  '\u200b',
  '\u200e',
  '\u202e',
  '\u2060',
  '\u2066',
  '\u3164',
  '\ufeff',
  '\u{e0041}',
])('label: the invisible character %j is refused', (character) => {
  expect(label(100).safeParse(`Siti${character}`).success).toBe(false)
})

test.each(['Siti Nurhaliza', 'Ny. Siti, S.Kom.', 'می‌خواهم', 'क्‍ष', '👩‍💻', '❤️', '用户'])(
  'label: %s is accepted',
  (name) => {
    expect(label(100).parse(name)).toBe(name)
  },
)
