import type { User } from '../accounts/repository.ts'
import type { Session } from './repository.ts'

/** A live session and its user: everything that a response with tokens needs. */
export interface SignedIn {
  session: Session
  user: User
  refreshToken: string
  /** Issue time of the access token. Taken before the user was read, so that a later change of the user revokes it. */
  issuedAt: Date
}
