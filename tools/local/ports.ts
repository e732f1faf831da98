import { freePort } from '@fondasi/embedded'

/** Gives out ports that are free now, none of them twice: the wanted one, else the next. */
export function createPortGiver(say: (line: string) => void) {
  const given = new Set<number>()
  return async (wanted: number, what: string): Promise<number> => {
    let port = await freePort(wanted)
    while (given.has(port)) port = await freePort(port + 1)
    given.add(port)
    if (port !== wanted) say(`Port ${wanted} is taken: ${what} has ${port}`)
    return port
  }
}
