import type { Access } from '@fondasi/access'
import { emptyBody, problemResponses, type Service } from '@fondasi/service'
import type { Config } from '../../config.ts'
import type { User } from '../accounts/repository.ts'
import { disconnectSignal } from '../credentials/disconnect-signal.ts'
import { requestInfo } from '../events/request-info.ts'
import type { LoginService } from '../login/service.ts'
import { clearRefreshCookie } from '../sessions/refresh-cookie.ts'
import { changeMeBody, deleteMeBody, me as meSchema } from './schemas.ts'
import type { MeService } from './service.ts'

export interface MeRoutesDeps {
  access: Access
  config: Config
  login: LoginService
  me: MeService
}

export async function registerMe(app: Service, { access, config, login, me }: MeRoutesDeps): Promise<void> {
  const onRequest = access.requireUser
  const tags = ['me']
  const security = [{ bearer: [] }]

  app.get(
    '/me',
    {
      onRequest,
      schema: {
        tags,
        security,
        operationId: 'getMe',
        summary: 'Get my account',
        response: { 200: meSchema, ...problemResponses(401, 403, 404, 429) },
      },
    },
    async (request) => toMe(await me.read(request.principal.id)),
  )

  app.patch(
    '/me',
    {
      onRequest,
      schema: {
        tags,
        security,
        operationId: 'updateMe',
        summary: 'Change my name',
        body: changeMeBody,
        response: { 200: meSchema, ...problemResponses(400, 401, 403, 404, 413, 415, 429) },
      },
    },
    async (request) => toMe(await me.rename(request.principal.id, request.body.name, requestInfo(request))),
  )

  app.delete(
    '/me',
    {
      onRequest,
      schema: {
        tags,
        security,
        operationId: 'deleteMe',
        summary: 'Delete my account. Requires the password',
        body: deleteMeBody,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const user = await me.read(request.principal.id)
      await login.confirmPassword({
        user,
        password: request.body.password,
        request: requestInfo(request),
        signal: disconnectSignal(reply),
      })
      await me.delete(user.id, requestInfo(request))
      clearRefreshCookie(reply, config)
      return reply.code(204).send()
    },
  )
}

function toMe({ id, email, name, roles, createdAt, passwordChangedAt }: User) {
  return { id, email, name, roles, createdAt, passwordChangedAt }
}
