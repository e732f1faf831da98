import type { CaughtMail } from './caught-mail.ts'

/** What `npm start` prints for a mail: the recipients, the subject, and the first link in its text. */
export function mailLine({ to, subject, text }: Pick<CaughtMail, 'to' | 'subject' | 'text'>): string {
  const [link] = /https?:\/\/\S+/.exec(text) ?? []
  // Terminals obey control characters.
  return `✉ ${[`${to.join(', ')}:`, subject, link].filter(Boolean).join(' ')}`.replaceAll(/\p{Cc}/gu, ' ')
}
