import { perSecond } from '../load.ts'
import { userPassword } from './accounts.ts'
import { passwordHashes } from './password-hashes.ts'

// Prints how many passwords a process can verify in a second when it does nothing else.
const { HASH = '', IN_FLIGHT, DURATION_MS } = process.env
const chosen = Object.entries(passwordHashes).find(([name]) => name === HASH)?.[1]
if (!chosen) throw new Error(`there is no password hash called ${HASH}`)
const passwordHash = await chosen.hash(userPassword)
const rate = await perSecond({
  inFlight: Number(IN_FLIGHT),
  durationMs: Number(DURATION_MS),
  task: () => chosen.verify(passwordHash, userPassword),
})
console.log(rate)
