import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

// PostgreSQL's default (scram_iterations). The passwords are random, so more iterations would only slow down logins.
const iterations = 4096
const saltBytes = 16
const keyBytes = 32

/**
 * Computes what PostgreSQL stores for a password. We send this instead of the password, which then appears neither in
 * the server's log nor in pg_stat_statements. The format is RFC 5803 as PostgreSQL writes it:
 * `SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`.
 *
 * @param password ASCII. Other characters would need SASLprep (RFC 4013).
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(saltBytes)
  const salted = pbkdf2Sync(password, salt, iterations, keyBytes, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const storedKey = createHash('sha256').update(clientKey).digest('base64')
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
