import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dashboards } from './dashboards.ts'

const folder = join(import.meta.dirname, '../dashboards')
const built = dashboards()

// Grafana reads the JSON; `npm run generate` writes it.
test.each(Object.entries(built))('dashboards/%s.json is what the code says', async (name, dashboard) => {
  await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(join(folder, `${name}.json`))
})

test('there is no dashboard without code', () => {
  expect(readdirSync(folder).filter((file) => !Object.hasOwn(built, file.replace('.json', '')))).toEqual([])
})

test('a dashboard’s file name is its uid', () => {
  expect(Object.values(built).map(({ uid }) => uid)).toEqual(Object.keys(built))
})
