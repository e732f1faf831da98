import { Parser } from 'htmlparser2'

/** Elements inside a line. All others begin a new one. */
const inline = new Set(
  'a abbr b bdi bdo cite code del em font i ins kbd mark q s small span strong sub sup u var wbr'.split(' '),
)
const hidden = new Set(['script', 'style'])
/** Shops export what another system has encoded already. More often than this it is an attack. */
const maxPasses = 3

/**
 * The text that a browser would show for a text that may be HTML: without tags and comments, with characters in place of
 * entities. Text without markup, such as `3 < 5` or `AT&T`, stays as it is, and so does every result.
 */
export function plainText(written: string): string {
  let text = written
  for (let pass = 0; pass < maxPasses; pass += 1) {
    if (!/[<&]/.test(text)) return text
    const shown = shownText(text)
    if (shown === text) return text
    text = tidy(shown)
  }
  return text.replaceAll(/[<&]/g, '')
}

function shownText(html: string): string {
  let text = ''
  let hiddenElements = 0
  const separate = (name: string) => {
    if (!inline.has(name)) text += '\n'
  }
  const parser = new Parser({
    onopentagname(name) {
      separate(name)
      if (hidden.has(name)) hiddenElements += 1
    },
    ontext(piece) {
      if (hiddenElements === 0) text += piece
    },
    onclosetag(name) {
      separate(name)
      if (hidden.has(name)) hiddenElements -= 1
    },
  })
  parser.end(html)
  return text
}

/** Without the control characters that entities can write, and without the empty lines that tags leave. */
function tidy(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}/gu, '')
    .replaceAll(/[^\S\n]*\n\s*/g, '\n')
    .trim()
}
