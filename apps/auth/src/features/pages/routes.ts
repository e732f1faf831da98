import { readFile } from 'node:fs/promises'
import type { Service } from '@fondasi/service'
import { type Page, pagePolicy, pages, renderPage } from './page.ts'

const assets = { 'form.js': 'text/javascript', 'form.css': 'text/css' }

/** Outside `/v1`: people open these pages, mostly from a link in a mail. */
export async function registerPages(app: Service): Promise<void> {
  const schema = { hide: true }

  for (const [path, page] of Object.entries<Page>(pages)) {
    const html = renderPage(page)
    app.get(path, { schema }, (_request, reply) =>
      reply.type('text/html; charset=utf-8').header('content-security-policy', pagePolicy).send(html),
    )
  }
  for (const [name, type] of Object.entries(assets)) {
    const content = await readFile(new URL(name, import.meta.url))
    app.get(`/pages/${name}`, { schema }, (_request, reply) =>
      reply.type(`${type}; charset=utf-8`).header('cache-control', 'public, max-age=300').send(content),
    )
  }
}
