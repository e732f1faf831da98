import secureJson from 'secure-json-parse'
import { malformed } from './check.ts'
import { maxRowBytes, type ReadRow } from './row.ts'

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
    if (json.trim() === '') return malformed(line, 'is blank')
    // Rejects __proto__ and constructor.prototype, as all other routes do.
    return { line, value: secureJson.parse(json), faults: [] }
  } catch (error) {
    const isEncoding = error instanceof TypeError
    return malformed(
      line,
      isEncoding ? 'must be UTF-8' : 'must be JSON, without the keys __proto__ and constructor.prototype',
    )
  }
}

/** Drops a line that is too long while it arrives, so that a file without line breaks takes no memory. */
async function* splitLines(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | 'too long'> {
  let held = Buffer.alloc(0)
  let isTooLong = false
  for await (const chunk of body) {
    let rest = chunk
    for (let end = rest.indexOf('\n'); end !== -1; end = rest.indexOf('\n')) {
      const line = Buffer.concat([held, rest.subarray(0, end)])
      yield isTooLong || line.length > maxRowBytes ? 'too long' : line
      isTooLong = false
      held = Buffer.alloc(0)
      rest = rest.subarray(end + 1)
    }
    held = Buffer.concat(isTooLong ? [] : [held, rest])
    isTooLong ||= held.length > maxRowBytes
  }
  if (isTooLong || held.length > 0) yield isTooLong ? 'too long' : held
}
