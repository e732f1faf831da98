import { type Html, html } from './html.ts'

export type Locale = 'en' | 'id'

/** A mail without its addresses. */
export interface Content {
  subject: string
  text: string
  html: string
}

/*
 * Each template is a function of its values and a language. `letter` renders the same paragraphs as text and as HTML, so the
 * two cannot differ.
 */

export function confirmAddress({ name, link }: { name: string; link: string }, locale: Locale): Content {
  return locale === 'en'
    ? letter(locale, 'Confirm your address', [
        `Hello ${name},`,
        'Somebody, hopefully you, signed up with this address. Open this link to confirm it:',
        { link },
        'If it was not you, do nothing.',
      ])
    : letter(locale, 'Konfirmasi alamat Anda', [
        `Halo ${name},`,
        'Seseorang, semoga Anda sendiri, mendaftar dengan alamat ini. Buka tautan ini untuk mengonfirmasinya:',
        { link },
        'Jika bukan Anda, abaikan saja.',
      ])
}

export function resetPassword({ link }: { link: string }, locale: Locale): Content {
  return locale === 'en'
    ? letter(locale, 'Choose a new password', [
        'Somebody, hopefully you, asked for a link for the account with this address. Open it to choose a new password:',
        { link },
        'If it was not you, do nothing: the old password still works.',
      ])
    : letter(locale, 'Pilih kata sandi baru', [
        'Seseorang, semoga Anda sendiri, meminta tautan untuk akun dengan alamat ini. Buka untuk memilih kata sandi baru:',
        { link },
        'Jika bukan Anda, abaikan saja: kata sandi lama tetap berlaku.',
      ])
}

/** News that the reader can unsubscribe from. */
export function digest(
  values: { title: string; items: readonly { title: string; url: string }[]; unsubscribe: string },
  locale: Locale,
): Content {
  const items = values.items.flatMap(({ title, url }) => [title, { link: url }])
  const farewell =
    locale === 'en'
      ? 'You get this mail because you subscribed. Unsubscribe here:'
      : 'Anda menerima email ini karena berlangganan. Berhenti berlangganan di sini:'
  return letter(locale, values.title, [...items, farewell, { link: values.unsubscribe }])
}

type Paragraph = string | { link: string }

function letter(locale: Locale, subject: string, paragraphs: readonly Paragraph[]): Content {
  const text = paragraphs.map((paragraph) => (typeof paragraph === 'string' ? paragraph : paragraph.link))
  const body = paragraphs.map((paragraph) =>
    typeof paragraph === 'string'
      ? html`<p>${paragraph}</p>`
      : html`<p><a href="${paragraph.link}">${paragraph.link}</a></p>`,
  )
  return { subject, text: `${text.join('\n\n')}\n`, html: page(locale, subject, body).markup }
}

/** A complete HTML document, for a mail or for a browser. */
export function page(locale: Locale, title: string, body: readonly Html[]): Html {
  return html`<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body>${body}</body>
</html>
`
}
