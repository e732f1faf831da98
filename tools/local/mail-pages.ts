import type { CaughtMail } from './caught-mail.ts'

/** A page and its Content-Security-Policy. Mails are content from outside, so no page may run scripts. */
export type Page = { html: string; policy: string }

const ownPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'"
/** The body of a mail: `sandbox` also takes its origin away. */
const mailPolicy = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const style = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
  pre { white-space: pre-wrap; font: inherit; }
  iframe { width: 100%; height: 30rem; border: 1px solid #8884; background: #fff; }`

/** The newest mail comes first. The page reloads itself, so that a new mail appears. */
export function inboxPage(mails: readonly CaughtMail[]): Page {
  const rows = mails
    .toReversed()
    .map(
      ({ id, receivedAt, to, subject }) =>
        `<tr><td>${receivedAt.toISOString().slice(11, 19)}</td><td>${escaped(to.join(', '))}</td>` +
        `<td><a href="/mails/${id}">${escaped(subject || '(no subject)')}</a></td></tr>`,
    )
    .join('\n')
  const list = mails.length === 0 ? '<p>No mail yet.</p>' : `<table><tbody>\n${rows}\n</tbody></table>`
  return own('Inbox', `<h1>Inbox</h1>\n${list}`, '<meta http-equiv="refresh" content="3">')
}

export function mailPage(mail: CaughtMail): Page {
  const { id, from, to, subject, text, html, messageId = '', receivedAt } = mail
  const rows = [
    ['From', from],
    ['To', to.join(', ')],
    ['Received', receivedAt.toISOString()],
    ['Message-ID', messageId],
  ]
  return own(
    subject,
    `<p><a href="/">Inbox</a></p>
<h1>${escaped(subject)}</h1>
<table><tbody>${rows.map(([name = '', value = '']) => `<tr><th>${name}</th><td>${escaped(value)}</td></tr>`).join('')}</tbody></table>
<pre>${withLinks(text)}</pre>
${html === undefined ? '' : `<h2>HTML</h2>\n<iframe sandbox="allow-popups" src="/mails/${id}/html"></iframe>`}`,
  )
}

/** The HTML part of a mail, as it was sent. */
export function htmlOf({ html = '' }: CaughtMail): Page {
  return { html, policy: mailPolicy }
}

function own(title: string, body: string, head = ''): Page {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>${head}<style>${style}</style></head>
<body>
${body}
</body></html>`
  return { html, policy: ownPolicy }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Escapes a text and makes its web addresses links. */
function withLinks(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"']+)/)
    .map((part, index) =>
      index % 2 === 0 ? escaped(part) : `<a href="${escaped(part)}">${escaped(part)}</a>`,
    )
    .join('')
}
