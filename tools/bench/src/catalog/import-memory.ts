import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { createHttpClient } from '../http-client.ts'
import { during } from '../load.ts'
import { atMost, type Row } from '../report.ts'
import { type CatalogBench, metricOf, startInstance } from './catalog-services.ts'
import { anyCategory, importRow } from './import.ts'

const mebibyte = 1024 ** 2
/** A gigabyte for a million products. */
const bytesPerProduct = 1_000
/** The longest description that the service accepts. */
const descriptionLength = 10_000
/** Products that the file makes. All other rows are refused or repeat one of them, so that the import takes minutes. */
const distinctRows = 300
const pollMs = 100
/** One for the file, one for the requests that ask for its progress. */
const connections = 2

/** Size of the second file beside the first: enough for the same garbage to pile up again. */
const againShare = 0.25

/**
 * How much memory the process of the service gains while it imports a file that is much larger. Of four rows two are
 * valid (and staged) but repeat others, one has a wrong field, and one is not JSON.
 *
 * Measured twice in a process of its own. A process that has been idle grows by the garbage that V8 allows before it
 * collects, whatever the size of the file. What a second file adds is what imports themselves keep.
 */
export async function measureImportMemory(bench: CatalogBench): Promise<Row[]> {
  const bytes = bench.scale * bytesPerProduct
  const makeRow = rowMaker(await anyCategory(bench))
  const { origins, stop } = await startInstance(bench.settings)
  const service = createHttpClient(origins.api, connections)
  try {
    const fresh = { ...bench, service, origins }
    const first = await growthBy(fresh, rowsOf(bytes, makeRow))
    const second = await growthBy(fresh, rowsOf(bytes * againShare, makeRow))
    return [
      {
        name: 'memory that an import adds to a service that has just started, MB',
        value: first.megabytes,
        goal: atMost(100),
        from: `${bytes} bytes: ${first.from}`,
      },
      {
        name: 'memory that a second import adds, MB',
        value: second.megabytes,
        from: `${bytes * againShare} bytes: ${second.from}`,
      },
    ]
  } finally {
    await service.close()
    await stop()
  }
}

async function growthBy(
  { service, origins, authorization }: CatalogBench,
  rows: Iterable<Buffer>,
): Promise<{ megabytes: number; from: string }> {
  const memory = () => metricOf(origins.metrics, 'process_resident_memory_bytes')
  const before = await memory()
  let most = before
  const watch = async () => {
    most = Math.max(most, await memory())
    await delay(pollMs)
  }
  const startedAt = performance.now()
  const done = await during({ inFlight: 1, task: watch }, async () => {
    const sent = await service.send({
      method: 'POST',
      path: '/v1/imports',
      headers: { authorization, 'content-type': 'application/x-ndjson' },
      body: Readable.from(rows, { highWaterMark: 4 }),
    })
    let current: { id: string; state: string; failure: string | null; rows: object } = JSON.parse(sent.body)
    while (current.state === 'merging') {
      await delay(pollMs)
      const { body } = await service.send({ path: `/v1/imports/${current.id}`, headers: { authorization } })
      current = JSON.parse(body)
    }
    if (current.state !== 'done') throw new Error(`the import ended as ${sent.body} ${current.failure}`)
    return current
  })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  const [from, to] = [before, most].map((bytes) => Math.round(bytes / mebibyte))
  return {
    megabytes: (most - before) / 1_000_000,
    from: `${from} MiB → ${to} MiB in ${seconds} s, rows ${JSON.stringify(done.rows)}`,
  }
}

function* rowsOf(bytes: number, row: (index: number) => Buffer): Generator<Buffer> {
  let made = 0
  for (let index = 0; made < bytes; index += 1) {
    const line = row(index)
    made += line.length
    yield line
  }
}

function rowMaker(category: string): (index: number) => Buffer {
  const text = (sentence: string) =>
    sentence.repeat(Math.ceil(descriptionLength / sentence.length)).slice(0, descriptionLength)
  const description = {
    en: text('Made for everyday use, with one year of warranty. '),
    id: text('Dibuat untuk dipakai setiap hari, bergaransi satu tahun. '),
  }
  return (index) => {
    const row = {
      ...importRow(`STREAM-${index % distinctRows}`, category, index % distinctRows),
      description,
    }
    const kind = index % 4
    const json = JSON.stringify(kind === 1 ? { ...row, stock: -1 } : row)
    return Buffer.from(`${kind === 3 ? json.slice(0, -1) : json}\n`)
  }
}
