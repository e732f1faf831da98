import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { demoAccounts, demoPassword } from './demo-accounts.ts'
import { localFolder } from './paths.ts'
import { readJson, writePrivateJson } from './private-file.ts'

const file = join(localFolder, 'state.json')

/** What is running: written when everything is ready, removed on stop. `npm run token` and other tools read it. */
export type State = {
  /** The process of `npm start`. */
  pid: number
  services: RunningService[]
  postgres: RunningServer
  redis: RunningServer
  /** Where the services send mails, and where a browser shows them. */
  mail: { smtpUrl: string; inboxUrl: string }
  accounts: { role: string; email: string }[]
  password: string
}

export type RunningService = {
  name: string
  title: string
  pid: number
  url: string
  docsUrl: string
  adminUrl: string
  /** With the runtime role. */
  databaseUrl: string
  migratorUrl: string
  logFile: string
  workers: RunningWorker[]
}

type RunningWorker = Pick<RunningService, 'name' | 'pid' | 'adminUrl' | 'logFile'>

export type RunningServer = {
  /** With the administrator's password. */
  url: string
  source: string
}

export async function writeState(
  state: Pick<State, 'services' | 'postgres' | 'redis' | 'mail'>,
): Promise<State> {
  const whole: State = { pid: process.pid, ...state, accounts: demoAccounts, password: demoPassword }
  writePrivateJson(file, whole)
  return whole
}

/** What the last start wrote. A killed start does not remove it: see findRunning. */
export async function readState(): Promise<State | undefined> {
  // writeState wrote it with this type.
  return (await readJson(file)) as State | undefined
}

export async function removeState(): Promise<void> {
  await rm(file, { force: true })
}
