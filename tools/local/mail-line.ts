/** The log record of a service without SMTP for a mail. */
type MailRecord = { msg?: string; to?: string; subject?: string; link?: string }

/** The text to show for the log line of a mail; undefined for any other line. */
export function mailLine(logLine: string): string | undefined {
  if (!logLine.includes('"msg":"mail"')) return undefined
  try {
    const { msg, to, subject, link }: MailRecord = JSON.parse(logLine)
    return msg === 'mail' ? `✉ ${[`${to}:`, subject, link].filter(Boolean).join(' ')}` : undefined
  } catch {
    return undefined // not JSON, although it contains the text
  }
}
