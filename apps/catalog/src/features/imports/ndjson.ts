import secureJson from 'secure-json-parse'
import { maxRowBytes, type ReadRow } from './row.ts'

const lineFeed = 10
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads one JSON value a line (https://github.com/ndjson/ndjson-spec). A bad line spoils itself only. */
export async function* readNdjson(body: AsyncIterable<Buffer>): AsyncGenerator<ReadRow> {
  let line = 0
  for await (const bytes of splitLines(body)) {
    line += 1
    if (bytes === 'too long')
      yield { line, code: 'malformed_row', detail: `has more than ${maxRowBytes} bytes` }
    else if (bytes.length > 0) yield parse(line, bytes)
  }
}

function parse(line: number, bytes: Buffer): ReadRow {
  try {
    const json = utf8.decode(bytes)
    // Refuses __proto__ and constructor.prototype, as the bodies of all other routes do.
    return json.trim() === ''
      ? { line, code: 'malformed_row', detail: 'is blank' }
      : { line, value: secureJson.parse(json) }
  } catch (error) {
    const detail = error instanceof TypeError ? 'is no UTF-8' : 'is no JSON, or has a forbidden key'
    return { line, code: 'malformed_row', detail }
  }
}

/** Of a line that is too long nothing is kept, so that a file without line breaks costs no memory. */
async function* splitLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | 'too long'> {
  let parts: Buffer[] = []
  let length = 0
  const keep = (part: Buffer) => {
    length += part.length
    if (length <= maxRowBytes) parts.push(part)
    else parts = []
  }
  const take = () => {
    // Most lines lie within one chunk, and need no copy. Of one that is too long there is no part.
    const line = parts.length > 1 ? Buffer.concat(parts) : (parts[0] ?? 'too long')
    parts = []
    length = 0
    return line
  }
  for await (const chunk of body) {
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      keep(chunk.subarray(start, end))
      yield take()
      start = end + 1
    }
    keep(chunk.subarray(start))
  }
  if (length > 0) yield take()
}
