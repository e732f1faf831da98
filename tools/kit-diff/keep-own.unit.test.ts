import { expect, test } from 'vitest'
import { keepOwnEntries, keepOwnLines, keepOwnYaml } from './keep-own.ts'

test('yaml: services, anchors, dependencies and scrape jobs of other apps are removed; other comments stay', () => {
  const text = `x-catalog: &catalog { image: kit/catalog }
services:
  secrets:
    command: [node, secrets.ts, auth, catalog]
  # the app
  auth:
    environment: { AUTH_ISSUER: auth, CATALOG_URL: http://catalog }
    depends_on:
      postgres: { condition: service_healthy }
      catalog: { condition: service_healthy }
  catalog-migrate:
    <<: *catalog
scrape_configs:
  - job_name: auth
  - job_name: catalog
`
  expect(keepOwnYaml(text, 'auth', ['catalog', 'jobs'])).toBe(`services:
  secrets:
    command: [node, secrets.ts, auth]
  # the app
  auth:
    environment: {AUTH_ISSUER: auth}
    depends_on:
      postgres: {condition: service_healthy}
scrape_configs:
  - job_name: auth
`)
})

test('yaml: an alias of another app’s part becomes one of this app’s part or is removed; unused anchors are removed', () => {
  const text = `x-auth: &auth {image: kit/auth}
x-auth-clients: &auth-clients {AUTH_URL: http://auth}
x-catalog: &catalog {image: kit/catalog}
x-catalog-settings: &catalog-settings
  <<: *auth-clients
  PORT: 1
services:
  secrets:
    <<: *auth
    command: [node, secrets.ts, auth, 'catalog=events:write']
  catalog: {environment: *catalog-settings}
  gateway: {links: ['faults:auth', 'faults:catalog']}
`
  expect(keepOwnYaml(text, 'catalog', ['auth'])).toBe(`x-catalog: &catalog {image: kit/catalog}
x-catalog-settings: &catalog-settings
  PORT: 1
services:
  secrets:
    <<: *catalog
    command: [node, secrets.ts, 'catalog=events:write']
  catalog: {environment: *catalog-settings}
  gateway: {links: ['faults:catalog']}
`)
  expect(keepOwnYaml(text, 'auth', ['catalog'])).toBe(`x-auth: &auth {image: kit/auth}
services:
  secrets:
    <<: *auth
    command: [node, secrets.ts, auth]
  gateway: {links: ['faults:auth']}
`)
})

test('entries: the import, the export and the entry of another app are removed, other mentions stay', () => {
  const text = `import { auth } from 'kit/auth.ts'
import { catalog } from 'kit/catalog/watched.ts'
export type { paths as AuthApi } from 'kit/auth.d.ts'
export type { paths as CatalogApi } from 'kit/catalog.d.ts'
const apps = {
  auth: auth,
  catalog: { catalog },
}
// catalog: stays
`
  expect(keepOwnEntries(text, ['catalog'])).toBe(`import { auth } from 'kit/auth.ts'
export type { paths as AuthApi } from 'kit/auth.d.ts'
const apps = {
  auth: auth,
}
// catalog: stays
`)
})

test('lines: the route of another app is removed with its whole block', () => {
  const text = `handle_path /auth/* {
	import service auth 4101
}
# of the other
handle_path /catalog/* {
	header {
		-Via
	}
	import service catalog 4102
}
redir /catalog /catalog/docs
respond "ok"
`
  expect(keepOwnLines(text, ['catalog'])).toBe(`handle_path /auth/* {
	import service auth 4101
}
respond "ok"
`)
})
