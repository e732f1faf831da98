import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { line, useImportProcess } from '../../../test/import-process.ts'

const { service, open, inState } = await useImportProcess()

test('a long stream and a line of 100 MB take no memory: a client that sends faster than rows are staged waits', async () => {
  const memoryMb = async () =>
    Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${service().child.pid}/status`, 'utf8'))?.[1]) / 1024
  const send = async (pieces: Iterable<string>) => {
    const before = await memoryMb()
    let most = before
    const { request, answered } = open()
    let written = 0
    for (const piece of pieces) {
      if (!request.write(piece)) await once(request, 'drain')
      written += 1
      if (written % 64 === 0) most = Math.max(most, await memoryMb())
    }
    request.end()
    return { ...(await answered), grown: Math.max(most, await memoryMb()) - before }
  }
  // Their category does not exist: they are staged like other rows, but the merge rejects them all.
  const description = { en: 'word '.repeat(1_600), id: '' }
  function* rowsOf(bytes: number) {
    for (let index = 0; index * 8_192 < bytes; index += 1)
      yield line(index, { description, category: 'none' })
  }
  function* oneLine() {
    for (let sent = 0; sent < 100 * 1024; sent += 64) yield 'x'.repeat(64 * 1024)
  }
  // Node's own growth during its first requests does not count.
  await send(rowsOf(8_000_000))
  await inState('failed')
  const long = await send(oneLine())
  expect(long.status).toBe(202)
  expect(long.grown).toBeLessThan(100)
  const many = await send(rowsOf(40_000_000))
  expect(many.status).toBe(202)
  expect(many.grown).toBeLessThan(100)
})
