/** The faults of a route. An empty object means none. */
export type Faults = {
  /** Delays every chunk towards the host, or every request. */
  latencyMs?: number
  /** The ratio of connections, or of requests, that fail: 0 to 1. */
  errorRatio?: number
  /** Refuses new connections and closes open ones. */
  cut?: boolean
}

/** Traffic to one host, on the host's own port. */
export type Route = {
  host: string
  port: number
  faults: Faults
  set(faults: Faults): void
  /** Called when the route is cut. */
  onCut(listener: () => void): void
}

const maxLatencyMs = 60_000

export function createRoute(host: string, port: number): Route {
  const listeners: (() => void)[] = []
  const route: Route = {
    host,
    port,
    faults: {},
    set(faults) {
      route.faults = faults
      console.log(`${host}: ${JSON.stringify(faults)}`)
      if (faults.cut) for (const listener of listeners) listener()
    },
    onCut(listener) {
      listeners.push(listener)
    },
  }
  return route
}

/** @throws an error that says what to send */
export function parseFaults(text: string): Faults {
  const given: unknown = JSON.parse(text)
  if (typeof given !== 'object' || given === null) throw new Error('expected an object')
  const faults: Faults = {}
  for (const [name, value] of Object.entries(given)) {
    if (name === 'latencyMs' && inRange(value, maxLatencyMs)) faults.latencyMs = value
    else if (name === 'errorRatio' && inRange(value, 1)) faults.errorRatio = value
    else if (name === 'cut' && typeof value === 'boolean') faults.cut = value
    else throw new Error('expected latencyMs (to 60000), errorRatio (0 to 1) or cut (true or false)')
  }
  return faults
}

function inRange(value: unknown, max: number): value is number {
  return typeof value === 'number' && value >= 0 && value <= max
}
