import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import openapiTypescript, { astToString } from 'openapi-typescript'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'
import { breaking, sourceFiles } from './source-files.ts'

const sources = join(root, 'packages/client/src')
const header = '// npm run generate writes this file from the openapi.json of the service.\n\n'

test.each(services)('the client has the types of $name, as openapi.json says', async ({ name, folder }) => {
  const description = pathToFileURL(join(root, folder, 'openapi.json'))
  // A field with a default may be left out of a request. In a response, `required` names it.
  const types = astToString(await openapiTypescript(description, { defaultNonNullable: false }))
  const advice = 'npm run generate writes it; then read the diff'
  await expect(header + types, advice).toMatchFileSnapshot(join(sources, `${name}.d.ts`))
  expect(readFileSync(join(sources, 'index.ts'), 'utf8')).toContain(`from './${name}.d.ts'`)
})

test('the client runs in a browser: it imports nothing but openapi-fetch', () => {
  const others = breaking(sourceFiles('packages/client/src'), ({ imports }) =>
    imports.filter((specifier) => !specifier.startsWith('./') && specifier !== 'openapi-fetch'),
  )
  expect(others).toEqual([])
})
