import { setTimeout as delay } from 'node:timers/promises'

/** Finds the link in the newest mail to an address; undefined until there is one. */
export type Mailbox = (address: string) => Promise<string | undefined>

const linkPattern = /https?:\/\/\S+#token=\S+/

/** A mail passes an outbox, a worker and a mail server. */
const mailTimeoutMs = 30_000
const mailPollMs = 100

/** Reads the mail catcher of the compose demo, or that of `npm start`, which has the same API. */
export function catcherMailbox(apiUrl: string): Mailbox {
  return async (address) => {
    const response = await fetch(`${apiUrl}/email?headers.to=${encodeURIComponent(address)}`)
    const mails: unknown = await response.json()
    if (!Array.isArray(mails)) return undefined
    return mails
      .filter((mail) => JSON.stringify(mail).includes(address))
      .map((mail) => linkPattern.exec(String(mail.text))?.[0])
      .findLast((link) => link !== undefined)
  }
}

/** @throws when no mail with a link arrives in time */
export async function waitForLink(mailbox: Mailbox, address: string): Promise<string> {
  const giveUpAt = Date.now() + mailTimeoutMs
  for (;;) {
    const link = await mailbox(address)
    if (link !== undefined) return link
    if (Date.now() > giveUpAt) throw new Error(`no mail with a link arrived for ${address}`)
    await delay(mailPollMs)
  }
}
