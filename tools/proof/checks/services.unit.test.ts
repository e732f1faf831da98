import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { processes, services } from '../../services.ts'

test('services: no two share a name or a port', () => {
  const names = processes.map(({ name }) => name)
  const ports = [...services.map(({ port }) => port), ...processes.map(({ adminPort }) => adminPort)]
  expect(new Set(names).size).toBe(names.length)
  expect(new Set(ports).size).toBe(ports.length)
})

test.each(services)('services: the programs of $name exist', ({ folder, migrate, seed, main, workers }) => {
  const programs = [migrate, seed, main, ...workers.map((worker) => worker.main)]
  for (const program of programs) expect(existsSync(join(root, folder, program))).toBe(true)
})

// Eject removes the containers of other apps by the app's name and a hyphen.
test.each(services)('services: the workers of $name are called after it', ({ name, workers }) => {
  for (const worker of workers) expect(worker.name).toMatch(new RegExp(`^${name}-[a-z]+$`))
})
