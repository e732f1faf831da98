import secureJson from 'secure-json-parse'
import { malformed, maxRowBytes, type ReadRow } from './row.ts'

const lineFeed = 10
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads one JSON value per line (https://github.com/ndjson/ndjson-spec). A bad line is an error of that row alone. */
export async function* readNdjson(body: AsyncIterable<Buffer>): AsyncGenerator<ReadRow> {
  let line = 0
  for await (const bytes of splitLines(body)) {
    line += 1
    if (bytes === 'too long') yield malformed(line, `has more than ${maxRowBytes} bytes`)
    else if (bytes.length > 0) yield parse(line, bytes)
  }
}

function parse(line: number, bytes: Buffer): ReadRow {
  try {
    const json = utf8.decode(bytes)
    // Rejects __proto__ and constructor.prototype, as all other routes do.
    return json.trim() === ''
      ? malformed(line, 'is blank')
      : { line, value: secureJson.parse(json), faults: [] }
  } catch (error) {
    const detail =
      error instanceof TypeError
        ? 'must be UTF-8'
        : 'must be JSON, without the keys __proto__ and constructor.prototype'
    return malformed(line, detail)
  }
}

/** Drops a line that is too long while it arrives, so that a file without line breaks takes no memory. */
async function* splitLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | 'too long'> {
  let parts: Buffer[] = []
  let length = 0
  const keep = (part: Buffer) => {
    length += part.length
    if (length <= maxRowBytes) parts.push(part)
    else parts = []
  }
  const take = () => {
    // Most lines are within one chunk and need no copy. A line that was too long has no parts.
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
