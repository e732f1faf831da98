import { importDevices } from './catalog/devices.ts'
import type { State } from './state.ts'

/** Work for a service, by its name, that starts when all services are ready because it takes long. The signal stops it. */
export const afterReady: Readonly<
  Record<string, (state: State, signal: AbortSignal, say: (line: string) => void) => Promise<void>>
> = {
  catalog: importDevices,
}
