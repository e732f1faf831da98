import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Finds the link of the newest mail to an address; undefined until there is one. */
export type Mailbox = (address: string) => Promise<string | undefined>

const linkPattern = /https?:\/\/\S+#token=\S+/

/** A mail goes through an outbox, a worker and a mail server. */
const mailTimeoutMs = 30_000
const mailPollMs = 100

/** The mail catcher of the compose demo, by its API. */
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

/** The log of a service without a mail server (`npm start`). */
export function logMailbox(logFile: string): Mailbox {
  return async (address) => {
    const lines = (await readFile(logFile, 'utf8')).split('\n')
    const line = lines.findLast((text) => text.includes('"msg":"mail"') && text.includes(address))
    if (line === undefined) return undefined
    const { link }: { link?: string } = JSON.parse(line)
    return link
  }
}

/** @throws when no mail with a link comes within half a minute */
export async function waitForLink(mailbox: Mailbox, address: string): Promise<string> {
  const giveUpAt = Date.now() + mailTimeoutMs
  for (;;) {
    const link = await mailbox(address)
    if (link !== undefined) return link
    if (Date.now() > giveUpAt) throw new Error(`no mail with a link to ${address}`)
    await delay(mailPollMs)
  }
}
