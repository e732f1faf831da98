// npm run smoke -- [--base-url http://localhost:4100] [--mail-url http://localhost:1080] [service ...]
// Runs one end-to-end flow per service: of those that `npm start` runs here, or of all below one origin.
import { accessToken, login } from './local/access-token.ts'
import { findRunning } from './local/claim.ts'
import { exitWithUsage, readCommandLine } from './local/command-line.ts'
import { demoAccounts, demoPassword } from './local/demo-accounts.ts'
import { readState } from './local/state.ts'
import { services } from './services.ts'
import { chooseServices } from './smoke/choose-services.ts'
import { catcherMailbox } from './smoke/mailbox.ts'
import { runFlow, type Target } from './smoke/run-flow.ts'

const known = services.map(({ name }) => name)
const { values, positionals } = readCommandLine('smoke', {
  allowPositionals: true,
  options: {
    'base-url': { type: 'string' },
    'mail-url': { type: 'string' },
    'admin-email': { type: 'string', default: demoAccounts.find(({ role }) => role === 'admin')?.email },
  },
})
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) exitWithUsage('smoke', `There is no app ${unknown.join(', ')}.`)
// A deployment has an administrator of its own.
const admin = {
  email: values['admin-email'] ?? '',
  password: process.env.SMOKE_ADMIN_PASSWORD ?? demoPassword,
}

try {
  const startedAt = performance.now()
  for (const target of values['base-url'] ? below(values['base-url']) : await local()) {
    if (!(await runFlow(target, console.log))) process.exit(1)
  }
  console.log(`smoke: all green in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** Every service, each below `/<name>` of one origin. */
function below(origin: string): Target[] {
  const mailUrl = values['mail-url']
  const hasAuth = services.some(({ name }) => name === 'auth')
  return (positionals.length > 0 ? positionals : known).map((service) => ({
    service,
    baseUrl: `${origin.replace(/\/$/, '')}/${service}`,
    ...(mailUrl !== undefined && { mailbox: catcherMailbox(mailUrl.replace(/\/$/, '')) }),
    admin,
    ...(hasAuth && { accessToken: () => login(`${origin.replace(/\/$/, '')}/auth`, admin) }),
  }))
}

/** The services that `npm start` runs here, each on its own port. */
async function local(): Promise<Target[]> {
  const state = (await findRunning()) === undefined ? undefined : await readState()
  if (!state) throw new Error('Nothing is running here: npm start, or pass --base-url')
  const running = state.services.map(({ name }) => name)
  const { chosen, leftOut } = chooseServices({ asked: positionals, known, running })
  if (leftOut.length > 0) console.log(`Skipped, not started: ${leftOut.join(', ')}`)
  return state.services
    .filter(({ name }) => chosen.includes(name))
    .map(({ name, url }) => ({
      service: name,
      baseUrl: url,
      mailbox: catcherMailbox(state.mail.inboxUrl),
      admin,
      accessToken: () => accessToken(state, 'admin'),
    }))
}
