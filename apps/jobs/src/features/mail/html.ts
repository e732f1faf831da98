/** Markup that is safe to send: only the `html` tag makes it. */
export class Html {
  readonly markup: string
  constructor(markup: string) {
    this.markup = markup
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A template literal whose values are escaped. Values that are `Html`, alone or in a list, stay markup. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly (string | Html | readonly Html[])[]
): Html {
  return new Html(parts.map((part, index) => part + markupOf(values[index] ?? '')).join(''))
}

function markupOf(value: string | Html | readonly Html[]): string {
  if (typeof value === 'string') return value.replaceAll(/[&<>"']/g, (character) => entities[character] ?? '')
  if (value instanceof Html) return value.markup
  return value.map(({ markup }) => markup).join('')
}

/** A complete HTML document, for a mail or for a browser. */
export function page(language: string, title: string, body: Html | readonly Html[]): string {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body>${body}</body>
</html>
`.markup
}
