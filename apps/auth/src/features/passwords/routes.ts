import type { Access } from '@fondasi/access'
import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import { disconnectSignal } from '../credentials/disconnect-signal.ts'
import { requestInfo } from '../events/request-info.ts'
import { createMailLimits, type MailLimitDeps } from '../mail/mail-limits.ts'
import { accepted, emailBody } from '../mail/schemas.ts'
import { changeBody, resetBody } from './schemas.ts'
import type { PasswordService } from './service.ts'

export interface PasswordRoutesDeps extends MailLimitDeps {
  access: Access
  passwords: PasswordService
}

/** The same for every address, so that nobody learns which ones have an account. */
const acceptedResponse = { message: 'If the address has an account, a mail is on its way.' }

export async function registerPasswords(app: Service, deps: PasswordRoutesDeps): Promise<void> {
  const { access, passwords } = deps
  const allowLinkMail = createMailLimits(app, deps, 'link')
  const tags = ['passwords']

  app.post(
    '/password/forgot',
    {
      schema: {
        tags,
        operationId: 'forgotPassword',
        summary: 'Send a mail with a link to choose a new password',
        description:
          'An address that is registered but not confirmed gets a link that confirms it and sets the password. A mailbox gets at most one link a minute. The response and its time do not reveal whether the address has an account.',
        body: emailBody,
        response: { 202: accepted, ...problemResponses(400, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const { email } = request.body
      await passwords.forgot({ email, mailAllowed: await allowLinkMail(request, reply, email) })
      return reply.code(202).send(acceptedResponse)
    },
  )

  app.post(
    '/password/reset',
    {
      schema: {
        tags,
        operationId: 'resetPassword',
        summary: 'Choose a new password with the token from the mail, and sign out everywhere',
        description:
          'The token works once. A rejected password does not use it up. The same request again within a minute gets the same response.',
        body: resetBody,
        response: { 204: emptyBody, ...problemResponses(400, 413, 415, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      await passwords.reset({
        ...request.body,
        request: requestInfo(request),
        signal: disconnectSignal(reply),
      })
      return reply.code(204).send()
    },
  )

  app.post(
    '/password/change',
    {
      onRequest: access.requireUser,
      schema: {
        tags,
        operationId: 'changePassword',
        summary: 'Change my password, and sign out everywhere else',
        security: [{ bearer: [] }],
        body: changeBody,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 404, 413, 415, 422, 429, 503) },
      },
    },
    async (request, reply) => {
      await passwords.change({
        ...request.body,
        userId: request.principal.id,
        request: requestInfo(request),
        signal: disconnectSignal(reply),
      })
      return reply.code(204).send()
    },
  )
}
