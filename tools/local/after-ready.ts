import { importDevices } from './catalog/devices.ts'
import type { State } from './state.ts'

/** What a service gets once all are ready, by its name: too long to be waited for. It ends when the signal says so. */
export const afterReady: Readonly<
  Record<string, (state: State, signal: AbortSignal, say: (line: string) => void) => Promise<void>>
> = {
  catalog: importDevices,
}
