import { createWriteStream, type WriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { freePort } from './free-port.ts'
import { type SupervisedOptions, type SupervisedProcess, startSupervised } from './supervised-process.ts'

export type ServerOptions = {
  /** The data folder. It is made if it is absent and used again if it exists. */
  dataDir: string
  /** The preferred port: if it is taken, the server uses the next free one. Without it, any free port. */
  port?: number
  /** False is faster, but a crash loses data: for tests. Default: true. */
  durable?: boolean
  /** The server's own log is appended to this file. */
  logFile?: string
  /** Called with each line of the server's log. */
  log?: (line: string) => void
}

export type EmbeddedServer = SupervisedProcess & {
  url: string
  port: number
  /** What runs and where it came from, as one line for the user. */
  source: string
}

/** The server ended before it was ready. */
export class ServerEndedError extends Error {
  override name = 'ServerEndedError'
}

// Crash recovery on a slow disk takes long, but a server that hangs must not hang us.
const readyTimeoutMs = 120_000

// Another process may take the port between our search and the server's bind.
const portAttempts = 5

type Command = Pick<SupervisedOptions, 'command' | 'args' | 'env' | 'cwd' | 'user' | 'stopSignal'>

/**
 * Starts a server process on a free port and waits until a line of its log says that it is ready.
 * @throws ServerEndedError when it ends before that, with its last lines
 */
export async function startServer(
  options: ServerOptions,
  readyLine: RegExp,
  commandOn: (port: number) => Command,
): Promise<SupervisedProcess & { port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(options.port)
    try {
      return { port, ...(await startUntilReady(options, readyLine, commandOn(port))) }
    } catch (error) {
      const lostPort = error instanceof ServerEndedError && error.message.includes('Address already in use')
      if (!lostPort || attempt === portAttempts) throw error
    }
  }
}

async function startUntilReady(
  options: ServerOptions,
  readyLine: RegExp,
  command: Command,
): Promise<SupervisedProcess> {
  const file = options.logFile === undefined ? undefined : await openLog(options.logFile)
  const ready = Promise.withResolvers<'ready'>()
  const server = await startSupervised({
    ...command,
    graceSeconds: 30,
    onLine: (line) => {
      file?.write(`${line}\n`)
      options.log?.(line)
      if (readyLine.test(line)) ready.resolve('ready')
    },
  })
  void server.exited.then(() => file?.end())

  const timeout = setTimeout(() => server.kill(), readyTimeoutMs)
  const first = await Promise.race([ready.promise, server.exited])
  clearTimeout(timeout)
  if (first !== 'ready') {
    throw new ServerEndedError(`${command.command} ended with code ${first}:\n${server.lastLines()}`)
  }
  return server
}

async function openLog(path: string): Promise<WriteStream> {
  await mkdir(dirname(path), { recursive: true })
  return createWriteStream(path, { flags: 'a' })
}
