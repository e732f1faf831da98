// npm run token [-- --role editor]: prints an access token for curl and the API reference: of a demo account where
// auth runs, else one that is signed with this checkout's development key.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { findRunning } from './local/claim.ts'
import { demoAccounts } from './local/demo-accounts.ts'
import { developmentKey, developmentToken } from './local/development-key.ts'
import { openSecrets } from './local/secrets.ts'
import { readState } from './local/state.ts'
import { developmentKeyName, issuer } from './services.ts'

const roles = demoAccounts.map(({ role }) => role)
const { values } = parseArgs({ options: { role: { type: 'string', default: 'admin' } } })

try {
  console.log(await accessToken(values.role))
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}

async function accessToken(role: string): Promise<string> {
  const state = (await findRunning()) === undefined ? undefined : await readState()
  if (!state) throw new Error('Nothing runs here: start it with npm start')
  const account = state.accounts.find((candidate) => candidate.role === role)
  if (!account) throw new Error(`No role ${role}. Use one of: ${roles.join(', ')}`)
  const auth = state.services.find(({ name }) => name === 'auth')
  if (!auth) {
    const { secret } = await openSecrets()
    const { privateKey } = developmentKey(secret(developmentKeyName))
    return developmentToken({ privateKey, issuer, role, id: randomUUID() })
  }

  const response = await fetch(`${auth.url}/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email, password: state.password }),
  })
  const answer: unknown = await response.json()
  if (typeof answer === 'object' && answer !== null && 'accessToken' in answer)
    return String(answer.accessToken)
  throw new Error(`Login as ${account.email} was refused: ${JSON.stringify(answer)}`)
}
