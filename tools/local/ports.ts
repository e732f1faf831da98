import { freePort } from '@fondasi/embedded'

/** Gives out free ports, none of them twice: the wanted one, or the next free one. */
export function createPortGiver(say: (line: string) => void) {
  const given = new Set<number>()
  return async (wanted: number, what: string): Promise<number> => {
    let port = await freePort(wanted)
    while (given.has(port)) port = await freePort(port + 1)
    given.add(port)
    if (port !== wanted) say(`Port ${wanted} is taken: ${what} gets ${port}`)
    return port
  }
}
