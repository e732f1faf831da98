import { isAscii } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { serviceProblem } from '@fondasi/service'

const firstNonAscii = 0x80
const maxCharacterBytes = 4
/** What TextDecoder makes of bytes that Windows-1252 does not define. */
const undefinedInWindows1252 = /[\u0080-\u009f]/

/**
 * Decodes a text file as it arrives. UTF-16 is recognised by its byte order mark or its NUL bytes. All else is UTF-8 or
 * Windows-1252, which agree as long as all bytes are ASCII: the first other byte decides.
 *
 * @throws `malformed_body` with the first bad line, when a later byte contradicts the decision
 */
export async function* decodeText(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  let isFirst = true
  let line = 1
  for await (const chunk of inWholeCharacters(body)) {
    if (isFirst) decoder = decoderByMark(chunk)
    isFirst = false
    if (!decoder && !isAscii(chunk)) decoder = decoderByFirstCharacter(chunk)
    const text = decoder ? decodeChunk(decoder, chunk, line) : chunk.toString('latin1')
    yield text
    line += countLines(text)
  }
  if (decoder) yield decodeChunk(decoder, undefined, line)
}

/**
 * Adds a chunk to the next one when its end may cut a byte order mark, or the first character that is not ASCII. Later
 * characters may be cut: the decoder joins them.
 */
async function* inWholeCharacters(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  let needsWhole = true
  let isFirst = true
  for await (const chunk of body) {
    if (!needsWhole) {
      yield chunk
      continue
    }
    held = Buffer.concat([held, chunk])
    const at = isAscii(held) ? -1 : held.findIndex((byte) => byte >= firstNonAscii)
    const isCut = held.length - Math.max(at, 0) < maxCharacterBytes
    if (isCut && (isFirst || at !== -1)) continue
    yield held
    held = Buffer.alloc(0)
    isFirst = false
    needsWhole = at === -1
  }
  if (held.length > 0) yield held
}

function decoderByMark([first, second, third]: Buffer): TextDecoder | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return decoderOf('utf-8')
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return decoderOf('utf-16le')
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return decoderOf('utf-16be')
  return undefined
}

const decoderOf = (encoding: string) => new TextDecoder(encoding, { fatal: true })

function decoderByFirstCharacter(chunk: Buffer): TextDecoder {
  const at = chunk.findIndex((byte) => byte >= firstNonAscii)
  const lead = chunk[at] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2
  const rest = [...chunk.subarray(at + 1, at + length)]
  const isUtf8 = lead >= 0xc2 && lead <= 0xf4 && rest.every((byte) => byte >= 0x80 && byte < 0xc0)
  return decoderOf(isUtf8 ? 'utf-8' : 'windows-1252')
}

/** @param chunk undefined at the end of the file. @param line where the chunk begins */
function decodeChunk(decoder: TextDecoder, chunk: Buffer | undefined, line: number): string {
  try {
    const text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    if (decoder.encoding !== 'windows-1252' || !undefinedInWindows1252.test(text)) return text
    const bad = line + countLines(text.slice(0, text.search(undefinedInWindows1252)))
    throw badEncoding(`Line ${bad} is neither UTF-8 nor Windows-1252: save the file as UTF-8`)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const detail =
      decoder.encoding === 'utf-8'
        ? `Line ${line + linesBeforeFault(chunk)} is not UTF-8; this looks like Windows-1252: save the file as UTF-8`
        : `The file is not valid ${decoder.encoding.toUpperCase()}: save it as UTF-8`
    throw badEncoding(detail)
  }
}

function linesBeforeFault(chunk: Buffer | undefined): number {
  if (!chunk) return 0
  // The chunk may begin inside a character that the decoder has begun.
  const start = chunk.findIndex((byte) => byte < 0x80 || byte >= 0xc0)
  const text = new TextDecoder('utf-8').decode(chunk.subarray(start))
  return countLines(text.slice(0, text.indexOf('\uFFFD')))
}

const badEncoding = (detail: string) => serviceProblem('malformed_body', { detail })

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1
  return count
}
