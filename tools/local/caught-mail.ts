/** A mail as the recipients got it. */
export type CaughtMail = {
  /** Counts from 1. */
  id: number
  receivedAt: Date
  from: string
  to: readonly string[]
  subject: string
  text: string
  html: string | undefined
  messageId: string | undefined
}
