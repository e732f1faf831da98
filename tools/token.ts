// npm run token [-- --role editor]: prints an access token for curl and the API reference: of a demo account where
// auth runs, else one that is signed with this checkout's development key.
import { parseArgs } from 'node:util'
import { accessToken } from './local/access-token.ts'
import { findRunning } from './local/claim.ts'
import { readState } from './local/state.ts'

const role = readRole()
if (role === undefined) {
  console.error('Usage: npm run token -- [--role admin | editor | viewer]')
  process.exit(2)
}

try {
  const state = (await findRunning()) === undefined ? undefined : await readState()
  if (!state) throw new Error('Nothing runs here: start it with npm start')
  console.log(await accessToken(state, role))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

function readRole(): string | undefined {
  try {
    return parseArgs({ options: { role: { type: 'string', default: 'admin' } } }).values.role
  } catch {
    return undefined
  }
}
