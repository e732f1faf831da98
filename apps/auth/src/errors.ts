import { defineProblems } from '@fondasi/service'

/** Every error code of this service, besides those that all services share. Codes are stable. */
export const problem = defineProblems({
  invalid_credentials: { status: 401, title: 'The address or the password is wrong' },
  account_disabled: { status: 403, title: 'This account is disabled' },
  password_login_off: {
    status: 403,
    title: 'Too many wrong passwords. Reset the password to sign in from a new device',
  },
  too_many_attempts: { status: 429, title: 'Too many wrong passwords' },
  temporary_capacity: { status: 503, title: 'Too many people are signing in at the same time' },
  password_rejected: { status: 422, title: 'Choose another password' },
  invalid_mail_token: {
    status: 400,
    title: 'The link has expired, was used, or was replaced by a newer one',
  },
  invalid_grant: { status: 401, title: 'The refresh token is invalid or its session has ended' },
  cross_site_request: { status: 403, title: 'A request from another site must not use cookies' },
  user_not_found: { status: 404, title: 'There is no such user' },
  session_not_found: { status: 404, title: 'There is no such session' },
  client_not_found: { status: 404, title: 'There is no such client' },
  client_exists: { status: 409, title: 'A client with this id exists already' },
  idempotency_key_reused: { status: 422, title: 'This Idempotency-Key was used with another request' },
  idempotency_key_running: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  last_admin: { status: 409, title: 'The last administrator must stay administrator' },
})
