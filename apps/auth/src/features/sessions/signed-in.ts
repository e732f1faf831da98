import type { User } from '../accounts/repository.ts'
import type { Session } from './repository.ts'

/** A live session and its user: everything that a response with tokens needs. */
export interface SignedIn {
  session: Session
  user: User
  refreshToken: string
  /** Issue time of the access token, by the clock of this process. */
  issuedAt: Date
  /** The same by the database's clock, read before the user was: a later change of the user revokes the token. */
  databaseTime: Date
}
