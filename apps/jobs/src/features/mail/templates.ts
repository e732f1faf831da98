import { httpUrl } from '@fondasi/config'
import { label, nameText } from '@fondasi/service'
import { z } from 'zod'
import { html, page } from './html.ts'

const locale = z.enum(['en', 'id'])
type Locale = z.output<typeof locale>

const common = {
  to: z.email().max(254).toLowerCase(),
  locale: locale.default('en'),
}
const webLink = httpUrl().max(2_048)
const item = z.strictObject({ title: label(200), url: webLink })

/** The values of each template. A link that gives access to an account is not among them: it is in the job's secret. */
export const mailPayload = z.discriminatedUnion('template', [
  z.strictObject({
    ...common,
    template: z.literal('confirm_address'),
    values: z.strictObject({ name: nameText(100) }),
  }),
  z.strictObject({
    ...common,
    template: z.literal('reset_password'),
    values: z.strictObject({}).default({}),
  }),
  z.strictObject({
    ...common,
    template: z.literal('digest'),
    values: z.strictObject({ title: label(200), items: z.array(item).min(1).max(50) }),
  }),
])
export type MailPayload = z.output<typeof mailPayload>

/** A mail without its addresses. */
export interface Content {
  subject: string
  text: string
  html: string
}

/**
 * @param secret must have a `link` for a mail about an account
 * @param unsubscribe the link at the end of a digest
 * @returns undefined when the link is missing, or not a web address
 */
export function renderMail(
  payload: MailPayload,
  secret: Record<string, string> | undefined,
  unsubscribe: string,
): Content | undefined {
  if (payload.template === 'digest') return digest(payload.values, unsubscribe, payload.locale)
  const { data: link } = webLink.safeParse(secret?.['link'])
  if (link === undefined) return undefined
  switch (payload.template) {
    case 'confirm_address':
      return confirmAddress(payload.values.name, link, payload.locale)
    case 'reset_password':
      return resetPassword(link, payload.locale)
  }
}

function confirmAddress(name: string, link: string, language: Locale): Content {
  return language === 'en'
    ? letter(language, 'Confirm your address', [
        `Hello ${name},`,
        'Somebody, hopefully you, signed up with this address. Open this link to confirm it:',
        { link },
        'If it was not you, do nothing.',
      ])
    : letter(language, 'Konfirmasi alamat Anda', [
        `Halo ${name},`,
        'Seseorang, semoga Anda sendiri, mendaftar dengan alamat ini. Buka tautan ini untuk mengonfirmasinya:',
        { link },
        'Jika bukan Anda, abaikan saja.',
      ])
}

function resetPassword(link: string, language: Locale): Content {
  return language === 'en'
    ? letter(language, 'Choose a new password', [
        'Somebody, hopefully you, asked for a link for the account with this address. Open it to choose a new password:',
        { link },
        'If it was not you, do nothing: the old password still works.',
      ])
    : letter(language, 'Pilih kata sandi baru', [
        'Seseorang, semoga Anda sendiri, meminta tautan untuk akun dengan alamat ini. Buka untuk memilih kata sandi baru:',
        { link },
        'Jika bukan Anda, abaikan saja: kata sandi lama tetap berlaku.',
      ])
}

type Digest = Extract<MailPayload, { template: 'digest' }>['values']

function digest({ title, items }: Digest, unsubscribe: string, language: Locale): Content {
  const farewell =
    language === 'en'
      ? 'You get this mail because you subscribed. Unsubscribe here:'
      : 'Anda menerima email ini karena berlangganan. Berhenti berlangganan di sini:'
  const news = items.flatMap((each) => [each.title, { link: each.url }])
  return letter(language, title, [...news, farewell, { link: unsubscribe }])
}

/** Renders the same paragraphs as text and as HTML, so the two cannot differ. */
function letter(
  language: Locale,
  subject: string,
  paragraphs: readonly (string | { link: string })[],
): Content {
  const text = paragraphs.map((paragraph) => (typeof paragraph === 'string' ? paragraph : paragraph.link))
  const body = paragraphs.map((paragraph) =>
    typeof paragraph === 'string'
      ? html`<p>${paragraph}</p>`
      : html`<p><a href="${paragraph.link}">${paragraph.link}</a></p>`,
  )
  return { subject, text: `${text.join('\n\n')}\n`, html: page(language, subject, body) }
}
