/** Markup that is safe to send, because only the `html` tag makes it. */
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
