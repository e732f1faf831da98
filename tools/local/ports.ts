import { freePort } from '@fondasi/embedded'

/** Allocates free ports, none of them twice: the wanted one, or the next free one. */
export function createPortAllocator(say: (line: string) => void) {
  const allocated = new Set<number>()
  return async (wanted: number, what: string): Promise<number> => {
    let port = await freePort(wanted)
    while (allocated.has(port)) port = await freePort(port + 1)
    allocated.add(port)
    if (port !== wanted) say(`Port ${wanted} is taken: ${what} gets ${port}`)
    return port
  }
}
