import { hash, verify } from '@node-rs/argon2'
import { perSecond } from '../load.ts'
import { argon2Parameters, userPassword } from './auth-services.ts'

// Prints how many passwords a process can verify in a second when it does nothing else.
const passwordHash = await hash(userPassword, argon2Parameters)
const rate = await perSecond({
  inFlight: Number(process.env['PERMITS']),
  durationMs: Number(process.env['DURATION_MS']),
  task: () => verify(passwordHash, userPassword),
})
console.log(rate)
