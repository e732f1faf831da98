import { waitFor } from '@fondasi/testing'
import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { holdMerges } from '../../../test/held-merge.ts'
import { line, useImportProcess } from '../../../test/import-process.ts'
import { importRows, products } from '../../db/schema.ts'
import { createImportService } from './service.ts'

const { backend, survivor, service, authorization, onlyImport, open, inState } = await useImportProcess()
await holdMerges(backend.database.adminUrl)

/** The merge stops in the second of its two batches. */
const heldRows = Array.from({ length: 2_000 }, (_, index) => line(index)).join('')
const secondBatch = () =>
  waitFor(async () => ((await onlyImport())?.rowsMerged ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'the first batch to be merged',
  })

async function expectNothingLeft() {
  expect(await survivor.deps.db.$count(products)).toBe(0)
  expect(await survivor.deps.db.$count(importRows)).toBe(0)
}

test('killed during the merge: nothing is applied, locks are released, another instance marks it as failed', async () => {
  const { request, answered } = open()
  request.end(heldRows)
  const { status, location } = await answered
  expect(status).toBe(202)
  await secondBatch()
  await service().kill()
  await waitFor(
    async () => {
      const { rows } = await survivor.deps.db.execute<{ busy: number }>(
        sql`select count(*)::integer as busy from pg_stat_activity where datname = current_database()
          and application_name = 'catalog'`,
      )
      return rows[0]?.busy === 0
    },
    { timeoutMs: 60_000, what: 'the connections of the dead process to end' },
  )
  expect(await survivor.deps.db.$count(products)).toBe(0)

  const failStaleAfter = (ms: number) =>
    createImportService({ ...survivor.deps, clock: () => new Date(Date.now() + ms) }).failStale()
  await failStaleAfter(0)
  expect((await onlyImport())?.state).toBe('merging')
  await failStaleAfter(31_000)
  const response = await survivor.app.inject({ url: location, headers: { authorization: authorization() } })
  expect(response.json()).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/^interrupted/),
    products: { created: 0 },
  })
  await expectNothingLeft()
})

test('stopped during the merge: the service cancels it and marks the import as failed itself', async () => {
  const { request, answered } = open()
  request.end(heldRows)
  await answered
  await secondBatch()
  expect(await service().stop()).toBe(0)
  expect(await onlyImport()).toMatchObject({
    state: 'failed',
    failure: expect.stringMatching(/^interrupted/),
  })
  await expectNothingLeft()
})

test('a client that leaves in the middle of its body: the import fails and nothing stays staged', async () => {
  const { request } = open()
  // More than a batch, so that rows are staged before the body ends.
  for (let index = 0; index < 6_000; index += 1) request.write(line(index))
  await waitFor(async () => ((await onlyImport())?.rowsRead ?? 0) > 0, {
    timeoutMs: 60_000,
    what: 'staged rows',
  })
  request.destroy()
  expect(await inState('failed')).toMatchObject({ failure: 'The body ended early' })
  await waitFor(async () => (await survivor.deps.db.$count(importRows)) === 0, {
    timeoutMs: 60_000,
    what: 'an empty staging table',
  })
  await expectNothingLeft()
})
