import { defineProblems } from '@fondasi/service'

/** Every code that this service answers with, besides those that all services share. Codes are stable. */
export const problem = defineProblems({
  invalid_credentials: { status: 401, title: 'The address or the password is wrong' },
  account_disabled: { status: 403, title: 'This account has been disabled' },
  password_login_off: {
    status: 403,
    title: 'Too many wrong passwords: reset the password to sign in from a new device',
  },
  too_many_attempts: { status: 429, title: 'Too many attempts' },
  temporary_capacity: { status: 503, title: 'Too many sign-ins at this moment' },
  password_rejected: { status: 422, title: 'This password cannot be used' },
  invalid_mail_token: { status: 400, title: 'The link is not valid any more' },
  invalid_grant: { status: 401, title: 'The refresh token is not valid' },
  cross_site_request: { status: 403, title: 'The request comes from another site' },
  user_not_found: { status: 404, title: 'There is no such user' },
  session_not_found: { status: 404, title: 'There is no such session' },
  client_not_found: { status: 404, title: 'There is no such client' },
  client_exists: { status: 409, title: 'A client with this id exists' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  idempotency_key_running: {
    status: 409,
    title: 'The first request with this Idempotency-Key has not ended yet',
  },
  last_admin: { status: 409, title: 'The last administrator must stay one' },
})
