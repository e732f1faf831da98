import { expect, test } from 'vitest'
import { keepOwnLines, keepOwnYaml } from './keep-own.ts'

test('yaml: another app’s services, anchors, dependencies and scrape jobs go, comments of the rest stay', () => {
  const text = `x-catalog: &catalog { image: kit/catalog }
services:
  secrets:
    command: [node, secrets.ts, auth, catalog]
  # the app
  auth:
    depends_on:
      postgres: { condition: service_healthy }
      catalog: { condition: service_healthy }
  catalog-migrate:
    <<: *catalog
scrape_configs:
  - job_name: auth
  - job_name: catalog
`
  expect(keepOwnYaml(text, ['catalog', 'jobs'])).toBe(`services:
  secrets:
    command: [node, secrets.ts, auth]
  # the app
  auth:
    depends_on:
      postgres: {condition: service_healthy}
scrape_configs:
  - job_name: auth
`)
})

test('lines: another app’s route goes with its whole block', () => {
  const text = `handle_path /auth/* {
	import service auth 4101
}
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
