import { createTransport } from 'nodemailer'
import { expect, onTestFinished, test } from 'vitest'
import type { CaughtMail } from './caught-mail.ts'
import { startMailCatcher } from './mail-catcher.ts'

async function start() {
  const seen: CaughtMail[] = []
  const catcher = await startMailCatcher((mail) => seen.push(mail))
  onTestFinished(() => catcher.close())
  const transport = createTransport({ url: catcher.smtpUrl })
  onTestFinished(() => transport.close())
  const page = async (path: string) => {
    const response = await fetch(`${catcher.inboxUrl}${path}`)
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  return { ...catcher, seen, transport, page }
}

const mail = {
  from: 'shop@example.com',
  to: 'siti@example.com',
  subject: 'Verifikasi alamatmu — ✓',
  text: 'Buka http://localhost/verify#token=abc&x=1 sekarang.',
}

test('mail catcher: a mail is in the inbox, in the JSON and on its own page, with its link', async () => {
  const { transport, page, seen } = await start()
  await transport.sendMail({ ...mail, messageId: '<one@example.com>' })
  expect(seen).toMatchObject([{ to: [mail.to], subject: mail.subject, messageId: '<one@example.com>' }])
  expect((await page('/')).text).toContain(`<a href="/mails/1">${mail.subject}</a>`)
  expect(JSON.parse((await page('/email')).text)).toMatchObject([
    { to: [mail.to], text: expect.stringContaining(mail.text) },
  ])
  expect((await page('/mails/1')).text).toContain('<a href="http://localhost/verify#token=abc&amp;x=1">')
  expect((await page('/mails/2')).status).toBe(404)
})

test('mail catcher: no text of a mail becomes markup, and its HTML part cannot run scripts', async () => {
  const { transport, page } = await start()
  const hostile = '<script>alert(1)</script>'
  const html = `<p>Hello</p>${hostile}`
  await transport.sendMail({ ...mail, subject: hostile, text: `${hostile} http://x/"onclick="y`, html })
  for (const path of ['/', '/mails/1']) {
    const { text, headers } = await page(path)
    expect(text).not.toContain('<script')
    expect(text).not.toContain('"onclick')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  }
  const part = await page('/mails/1/html')
  expect(part.text).toContain('<p>Hello</p>')
  expect(part.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups; default-src 'none'/)
})

test('mail catcher: a mail of more than 10 MB is refused, and the next one arrives', async () => {
  const { transport, seen } = await start()
  const lines = `${'x'.repeat(998)}\r\n`.repeat(11_000)
  const large = transport.sendMail({ envelope: mail, raw: `Subject: large\r\n\r\n${lines}` })
  await expect(large).rejects.toMatchObject({ responseCode: 552 })
  await transport.sendMail(mail)
  expect(seen).toHaveLength(1)
})

test('mail catcher: two at once use different ports', async () => {
  const [one, two] = [await start(), await start()]
  expect(new Set([one.smtpUrl, two.smtpUrl, one.inboxUrl, two.inboxUrl]).size).toBe(4)
})
