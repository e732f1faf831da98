// npm run token [-- --role editor]: prints an access token for curl and the API reference. Where auth runs, it is the token
// of a demo account; otherwise it is signed with this checkout's development key.
import { accessToken } from './local/access-token.ts'
import { findRunning } from './local/claim.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { demoAccounts } from './local/demo-accounts.ts'
import { readState } from './local/state.ts'

const roles = demoAccounts.map((account) => account.role)
const { role } = readCommandLine('token', { options: { role: { type: 'string', default: 'admin' } } }).values
if (!roles.includes(role)) exitWithUsage('token', `No demo account has the role ${role}.`)

try {
  const state = (await findRunning()) === undefined ? undefined : await readState()
  if (!state) throw new Error('Nothing is running here: start it with npm start')
  console.log(await accessToken(state, role))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
