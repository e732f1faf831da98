import { isAscii, isUtf8 } from 'node:buffer'
import { TextDecoder } from 'node:util'
import { serviceProblem } from '@fondasi/service'
import { maxRowBytes } from '../row.ts'

/** What TextDecoder makes of bytes that Windows-1252 does not define. */
const undefinedInWindows1252 = /[\u0080-\u009f]/

/**
 * Decodes a text file as it arrives, in pieces of whole lines. UTF-16 is recognised by its byte order mark or its NUL
 * bytes. All else is UTF-8 or Windows-1252: the first line that is not ASCII decides.
 *
 * @throws `malformed_body` with the first bad line, when a later line contradicts the decision or a line is too long
 */
export async function* decodeText(body: AsyncIterable<Buffer>): AsyncGenerator<string, void> {
  let decoder: TextDecoder | undefined
  let line = 1
  let isFirst = true
  for await (const lines of inWholeLines(body)) {
    if (!decoder && (isFirst || !isAscii(lines))) decoder = decoderOf(lines, isFirst)
    isFirst = false
    const text = decoder ? decodeLines(decoder, lines, line) : lines.toString('latin1')
    yield text
    line += countLines(text)
  }
  if (decoder) yield decodeLines(decoder, undefined, line)
}

/** No character of UTF-8 or Windows-1252 is cut, because none contains the byte of a line break. */
async function* inWholeLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    const end = Math.max(chunk.lastIndexOf('\n'), chunk.lastIndexOf('\r')) + 1
    if (end > 0) yield Buffer.concat([held, chunk.subarray(0, end)])
    held = end > 0 ? chunk.subarray(end) : Buffer.concat([held, chunk])
    if (held.length > maxRowBytes) throw malformed(`A line must have at most ${maxRowBytes} bytes`)
  }
  if (held.length > 0) yield held
}

/** @returns undefined while all bytes are ASCII */
function decoderOf(lines: Buffer, isFirst: boolean): TextDecoder | undefined {
  const [first, second] = lines
  const of = (encoding: string) => new TextDecoder(encoding, { fatal: true })
  if (isFirst && ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0))) return of('utf-16le')
  if (isFirst && ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))) return of('utf-16be')
  if (isAscii(lines)) return undefined
  const begin = lines.findIndex((byte) => byte > 0x7f)
  const line = lines.subarray(begin, lines.indexOf('\n', begin) + 1 || lines.length)
  try {
    // As a stream, because a UTF-8 file may end inside a character, which is an error to report.
    of('utf-8').decode(line, { stream: true })
    return of('utf-8')
  } catch {
    return of('windows-1252')
  }
}

/** @param lines undefined at the end of the file. @param line where they begin */
function decodeLines(decoder: TextDecoder, lines: Buffer | undefined, line: number): string {
  let text: string
  try {
    text = lines ? decoder.decode(lines, { stream: true }) : decoder.decode()
  } catch {
    if (decoder.encoding !== 'utf-8')
      throw malformed(`The file is not valid ${decoder.encoding.toUpperCase()}: save it as UTF-8`)
    const before = lines?.toString('latin1').split('\n') ?? []
    const bad =
      line +
      Math.max(
        before.findIndex((each) => !isUtf8(Buffer.from(each, 'latin1'))),
        0,
      )
    throw malformed(`Line ${bad} is not UTF-8; this looks like Windows-1252: save the file as UTF-8`)
  }
  const at = decoder.encoding === 'windows-1252' ? text.search(undefinedInWindows1252) : -1
  if (at === -1) return text
  const bad = line + countLines(text.slice(0, at))
  throw malformed(`Line ${bad} is neither UTF-8 nor Windows-1252: save the file as UTF-8`)
}

const malformed = (detail: string) => serviceProblem('malformed_body', { detail })

const countLines = (text: string) => text.split('\n').length - 1
