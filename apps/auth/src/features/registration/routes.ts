import { problemResponses, type Service } from '@fondasi/service'
import { user } from '../accounts/schemas.ts'
import { disconnectSignal } from '../credentials/disconnect-signal.ts'
import { requestInfo } from '../events/request-info.ts'
import { createMailLimits, type MailLimitDeps } from '../mail/mail-limits.ts'
import { accepted, emailBody } from '../mail/schemas.ts'
import { registerBody, verifyBody } from './schemas.ts'
import type { RegistrationService } from './service.ts'

export interface RegistrationRoutesDeps extends MailLimitDeps {
  registration: RegistrationService
}

/** The same for every address, so that nobody learns which ones have an account. */
const acceptedResponse = { message: 'If the address can be used, a mail is on its way.' }

export async function registerRegistration(app: Service, deps: RegistrationRoutesDeps): Promise<void> {
  const { registration } = deps
  const allowRegistrationMail = createMailLimits(app, deps, 'registration')
  const allowLinkMail = createMailLimits(app, deps, 'link')

  app.post(
    '/register',
    {
      schema: {
        tags: ['registration'],
        operationId: 'register',
        summary: 'Register an e-mail address. A mail asks its owner to confirm it',
        description: 'The response and its time do not reveal whether the address has an account.',
        body: registerBody,
        response: { 202: accepted, ...problemResponses(400, 413, 415, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      const { email, name, password } = request.body
      await registration.register({
        email,
        name,
        password,
        allowMail: () => allowRegistrationMail(request, reply, email),
        signal: disconnectSignal(reply),
      })
      return reply.code(202).send(acceptedResponse)
    },
  )

  app.post(
    '/resend-verification',
    {
      schema: {
        tags: ['registration'],
        operationId: 'resendVerification',
        summary: 'Send a new confirmation link',
        description:
          'The link lets the reader of the mail choose the password, whoever has registered the address. A mailbox gets at most one such link a minute. The response and its time do not reveal whether the address has an account.',
        body: emailBody,
        response: { 202: accepted, ...problemResponses(400, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const { email } = request.body
      await registration.resend({ email, mailAllowed: await allowLinkMail(request, reply, email) })
      return reply.code(202).send(acceptedResponse)
    },
  )

  app.post(
    '/verify-email',
    {
      schema: {
        tags: ['registration'],
        operationId: 'verifyEmail',
        summary: 'Confirm the address and create the account',
        description:
          'Requires the token from the mail. The link of a registration also requires the password chosen there, so nobody who opens it gets an account whose password somebody else knows. A link that was asked for later (`resend-verification`, `password/forgot`) sets the password that you send. The same request again within a minute gets the same response.',
        body: verifyBody,
        response: { 200: user, ...problemResponses(400, 401, 413, 415, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      const { token, password } = request.body
      const { id, email, name, roles } = await registration.verify({
        token,
        password,
        request: requestInfo(request),
        signal: disconnectSignal(reply),
      })
      return { id, email, name, roles }
    },
  )
}
