import { relative } from 'node:path'
import { localFolder, logFolder, root } from './paths.ts'
import type { State } from './state.ts'

/** What `npm start` prints when everything is ready: the addresses, and how to sign in. */
export function summary(state: State): string {
  // Without auth nobody can sign in.
  const hasAuth = state.services.some(({ name }) => name === 'auth')
  const accounts = table([
    ['demo account', 'role', 'password'],
    ...state.accounts.map(({ email, role }) => [email, role, state.password]),
  ])
  return [
    table([
      ['service', 'URL', 'docs', 'metrics'],
      ...state.services.flatMap(({ name, url, docsUrl, adminUrl, workers }) => [
        [name, url, docsUrl, adminUrl],
        ...workers.map((worker) => [worker.name, '', '', worker.adminUrl]),
      ]),
    ]),
    ...(hasAuth ? [accounts] : []),
    table([
      ['data store', 'URL', 'from'],
      ['PostgreSQL', state.postgres.url, state.postgres.source],
      ['Redis', state.redis.url, state.redis.source],
    ]),
    `No mail leaves this machine: read all of them at ${state.mail.inboxUrl}`,
    `Logs are in ${relative(root, logFolder)}/, data in ${relative(root, localFolder)}/. Ctrl-C stops everything.`,
  ].join('\n\n')
}

/** Pads each column to its widest cell. */
function table(rows: string[][]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length)
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .join('\n')
}
