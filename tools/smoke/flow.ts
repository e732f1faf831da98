import type { Mailbox } from './mailbox.ts'

/** What a flow works with. It has what `createClient` needs. */
export type SmokeContext = {
  /** Where the service is, and the expected base of the links in mails, without a slash at the end. */
  baseUrl: string
  fetch: (request: Request) => Promise<Response>
  /** Gets a path of the service that is not in its OpenAPI description. */
  get: (path: string) => Promise<Response>
  /** Absent where mails are not readable: the flow skips the steps that need one and says so. */
  mailbox?: Mailbox
  admin: { email: string; password: string }
  /** An administrator's token. Absent without auth: the flow skips the steps that need one and says so. */
  accessToken?: () => Promise<string>
  /** Runs a step and prints its name. A failure ends the flow. */
  step: <Result>(name: string, run: () => Promise<Result>) => Promise<Result>
}

/** The flow of an app. It cleans up, so that it can run again. */
export type Flow = (context: SmokeContext) => Promise<void>
