import { readFileSync } from 'node:fs'

/** One request of an `.http` file, in the syntax of the REST Client and JetBrains editors. */
export interface HttpFileRequest {
  /** The text after `###`. */
  title: string
  /** From `# @name`. Later requests refer to its response by this name. */
  name: string | undefined
  /** From `# @expect`: the status and, for a problem, its code. */
  expect: { status: number; code: string | undefined }
  method: string
  url: string
  headers: Record<string, string>
  body: string | undefined
}

export interface HttpFileAnswer {
  status: number
  headers: Record<string, unknown>
  body: string
}

/**
 * Reads an `.http` file: requests separated by `###`, variables as `@name = value`.
 *
 * @throws if a request has no `# @expect` line or no request line
 */
export function readHttpFile(path: string): {
  variables: Record<string, string>
  requests: HttpFileRequest[]
} {
  const text = readFileSync(path, 'utf8')
  const variables = Object.fromEntries(
    [...text.matchAll(/^@(\w+)\s*=\s*(.*)$/gm)].map(([, name = '', value = '']) => [name, value.trim()]),
  )
  const [, ...blocks] = text.split(/^###/m)
  return { variables, requests: blocks.map(parseRequest) }
}

function parseRequest(block: string): HttpFileRequest {
  const [title = '', ...lines] = block.split('\n')
  const directive = (name: string) =>
    lines.map((line) => new RegExp(`^# @${name} (.+)$`).exec(line)?.[1]).find((value) => value)
  const start = lines.findIndex((line) => /^(GET|POST|PUT|PATCH|DELETE) /.test(line))
  const [status, code] = directive('expect')?.split(' ') ?? []
  const [method, url] = lines[start]?.split(' ') ?? []
  if (!method || !url || !status) throw new Error(`"${title.trim()}" lacks a request line or "# @expect"`)

  const rest = lines.slice(start + 1)
  const blank = rest.indexOf('')
  const headerLines = blank === -1 ? rest : rest.slice(0, blank)
  const body =
    blank === -1
      ? ''
      : rest
          .slice(blank + 1)
          .join('\n')
          .trim()
  return {
    title: title.trim(),
    name: directive('name'),
    expect: { status: Number(status), code },
    method,
    url,
    headers: Object.fromEntries(
      headerLines
        .filter((line) => line.includes(':'))
        .map((line) => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
    ),
    body: body === '' ? undefined : body,
  }
}

/**
 * Fills `{{variable}}` and `{{name.response.body.$.path}}` (or `.headers.name`) in a request's texts.
 *
 * @param variables the file's own variables. A function is called when its variable is needed
 * @param answers earlier responses, by the request's `@name`
 * @throws if a placeholder has no value
 */
export async function fillPlaceholders(
  text: string,
  variables: Record<string, string | (() => Promise<string>)>,
  answers: Map<string, HttpFileAnswer>,
): Promise<string> {
  let filled = text
  // The value of a variable may refer to other variables, up to three levels deep.
  for (let depth = 0; depth < 3 && filled.includes('{{'); depth += 1) {
    for (const [placeholder, expression = ''] of filled.matchAll(/\{\{([^}]+)\}\}/g)) {
      filled = filled.replace(placeholder, await valueOf(expression.trim(), variables, answers))
    }
  }
  return filled
}

async function valueOf(
  expression: string,
  variables: Record<string, string | (() => Promise<string>)>,
  answers: Map<string, HttpFileAnswer>,
): Promise<string> {
  const variable = variables[expression]
  if (variable !== undefined) return typeof variable === 'string' ? variable : variable()
  const [, name = '', part, path = ''] =
    /^(\w+)\.response\.(body|headers)\.(?:\$\.)?(.+)$/.exec(expression) ?? []
  const answer = answers.get(name)
  if (!answer) throw new Error(`{{${expression}}} has no value`)
  let value: unknown = part === 'headers' ? answer.headers : JSON.parse(answer.body)
  for (const key of path.split('.'))
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new Error(`{{${expression}}} has no value in ${answer.body.slice(0, 200)}`)
  return String(value)
}
