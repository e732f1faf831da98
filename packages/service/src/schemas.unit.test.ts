import { expect, test } from 'vitest'
import { label, nameText, text, uuid } from './schemas.ts'

test('uuid: an id arrives in lower case, however the client spells it', () => {
  const id = '01936f0e-8a3c-7cc2-9d1e-2b7d3e5f6a70'
  expect(uuid().parse(id.toUpperCase())).toBe(id)
  expect(uuid().optional().parse(id.toUpperCase())).toBe(id)
  expect(uuid().safeParse(id.slice(1)).success).toBe(false)
})

const atCodePoint = (hex: string) => `Siti${String.fromCodePoint(Number.parseInt(hex, 16))}`

test.each(['0000', '001B', '007F', '0080', '0085', '009B'])(
  'text and label: the control character U+%s is refused',
  (hex) => {
    expect(text({ max: 100 }).safeParse(atCodePoint(hex)).success).toBe(false)
    expect(label(100).safeParse(atCodePoint(hex)).success).toBe(false)
  },
)

test.each(['00AD', '061C', '200B', '200E', '202E', '2060', '2066', '3164', 'FEFF', 'E0041'])(
  'nameText: the invisible character U+%s is refused',
  (hex) => {
    expect(nameText(100).safeParse(atCodePoint(hex)).success).toBe(false)
    expect(label(100).safeParse(atCodePoint(hex)).success).toBe(true)
  },
)

test.each(['Siti Nurhaliza', 'Ny. Siti, S.Kom.', 'می‌خواهم', 'क्‍ष', '👩‍💻', '❤️', '用户'])(
  'nameText: %s is accepted',
  (name) => {
    expect(nameText(100).parse(name)).toBe(name)
  },
)
