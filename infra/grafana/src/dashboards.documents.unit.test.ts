import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dashboards } from './dashboards.ts'

const folder = join(import.meta.dirname, '../dashboards')
const built = dashboards()

// Grafana reads the JSON files, and `npm run generate` writes them.
test.each(Object.entries(built))(
  'dashboards/%s.json is what `npm run generate` writes',
  async (name, dashboard) => {
    await expect(`${JSON.stringify(dashboard, null, 2)}\n`).toMatchFileSnapshot(join(folder, `${name}.json`))
  },
)

test('every dashboard file has its code', () => {
  expect(readdirSync(folder).filter((file) => !Object.hasOwn(built, file.replace('.json', '')))).toEqual([])
})

test('a dashboard’s file name is its uid', () => {
  expect(Object.values(built).map(({ uid }) => uid)).toEqual(Object.keys(built))
})
