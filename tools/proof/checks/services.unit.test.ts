import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'

test('services: no two share a name or a port', () => {
  const names = services.map(({ name }) => name)
  const ports = services.flatMap(({ port, adminPort }) => [port, adminPort])
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(ports).size).toBe(ports.length)
})

test.each(services)('services: the programs of $name exist', ({ folder, migrate, seed, main }) => {
  for (const program of [migrate, seed, main]) expect(existsSync(join(root, folder, program))).toBe(true)
})
