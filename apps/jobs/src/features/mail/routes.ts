import type { Db } from '@fondasi/postgres'
import { problemResponses, type Service } from '@fondasi/service'
import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { problem } from '../../errors.ts'
import { type Html, html, page } from './html.ts'
import { suppress } from './repository.ts'
import type { Subscription, UnsubscribeLinks } from './unsubscribe-link.ts'

const texts = {
  en: {
    title: 'Unsubscribe',
    question: 'Do you want to get no more news at this address?',
    button: 'Unsubscribe',
    done: 'You are unsubscribed. Mails about your account still arrive.',
  },
  id: {
    title: 'Berhenti berlangganan',
    question: 'Apakah Anda tidak ingin lagi menerima kabar di alamat ini?',
    button: 'Berhenti berlangganan',
    done: 'Anda sudah berhenti berlangganan. Email tentang akun Anda tetap dikirim.',
  },
}

const htmlPage = {
  description: 'A page in the language of the mail',
  content: {
    'text/html': { schema: z.string().meta({ example: '<!doctype html><p>You are unsubscribed.</p>' }) },
  },
}
/** The page loads nothing, and its form posts to its own address. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
}

/** Unsubscribing without a login, from a link in a digest (RFC 8058). */
export async function registerUnsubscribe(
  app: Service,
  { db, links }: { db: Db; links: UnsubscribeLinks },
): Promise<void> {
  const params = z.strictObject({
    token: z.string().max(512).meta({ example: 'AXq4kY1yq3xkPj1r4nV0d2uS0m9o3J7t5' }),
  })
  const schema = { tags: ['mail'], params }

  function readerOf(token: string): Subscription {
    const reader = links.read(token)
    if (reader === undefined) throw problem('unsubscribe_link_invalid')
    return reader
  }
  const sendPage = (reply: FastifyReply, locale: Subscription['locale'], body: Html) =>
    reply.type('text/html; charset=utf-8').send(page(locale, texts[locale].title, body))

  await app.register(async (scope: Service) => {
    // Mail programs send a form with `List-Unsubscribe=One-Click`. It is ignored, because the link contains everything.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 1_024 }, (_request, _body, done) =>
      done(null, undefined),
    )
    scope.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))

    scope.get(
      '/unsubscribe/:token',
      {
        schema: {
          ...schema,
          operationId: 'showUnsubscribe',
          summary: 'Show a page with a button to unsubscribe',
          description:
            'Opening the link changes nothing, because mail scanners open links. The button sends the POST.',
          response: { 200: htmlPage, ...problemResponses(404, 429) },
        },
      },
      async (request, reply) => {
        const { locale } = readerOf(request.params.token)
        const { question, button } = texts[locale]
        const form = html`<p>${question}</p><form method="post"><button>${button}</button></form>`
        return sendPage(reply, locale, form)
      },
    )

    scope.post(
      '/unsubscribe/:token',
      {
        schema: {
          ...schema,
          operationId: 'unsubscribe',
          summary: 'Unsubscribe an address from digests (RFC 8058)',
          response: { 200: htmlPage, ...problemResponses(404, 413, 429) },
        },
      },
      async (request, reply) => {
        const { tenant, address, locale } = readerOf(request.params.token)
        await suppress(db, tenant, address, 'unsubscribed')
        return sendPage(reply, locale, html`<p>${texts[locale].done}</p>`)
      },
    )
  })
}
