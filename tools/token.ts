// npm run token [-- --role editor]: prints an access token for curl and the API reference: of a demo account where
// auth runs, else one that is signed with this checkout's development key.
import { parseArgs } from 'node:util'
import { accessToken } from './local/access-token.ts'
import { findRunning } from './local/claim.ts'
import { readState } from './local/state.ts'

const { values } = parseArgs({ options: { role: { type: 'string', default: 'admin' } } })

try {
  const state = (await findRunning()) === undefined ? undefined : await readState()
  if (!state) throw new Error('Nothing runs here: start it with npm start')
  console.log(await accessToken(state, values.role))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
