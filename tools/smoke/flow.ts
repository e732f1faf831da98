import type { HttpClient } from './http-client.ts'
import type { Mailbox } from './mailbox.ts'

/** What the flow of an app is given. */
export type SmokeContext = {
  http: HttpClient
  /** Where the links in mails should lead; ends without a slash. */
  baseUrl: string
  /** Absent where mails cannot be read: the steps that need one are left out and it is said. */
  mailbox?: Mailbox
  admin: { email: string; password: string }
  /** Of an administrator. Absent where there is no auth to ask: what needs one is left out and it is said. */
  accessToken?: () => Promise<string>
  /** Runs one named step. A failing one ends the flow. */
  step: <Result>(name: string, run: () => Promise<Result>) => Promise<Result>
}

/** An app's flow: it leaves nothing that a second run would trip over. */
export type Flow = (context: SmokeContext) => Promise<void>
