import type { Access } from '@fondasi/access'
import { type CursorCodec, emptyBody, problemResponses, readPage, type Service } from '@fondasi/service'
import type { FastifyRequest } from 'fastify'
import type { User } from '../accounts/repository.ts'
import { requestInfo } from '../events/request-info.ts'
import type { LoginService } from '../login/service.ts'
import { rolesBody, userId, userPage, usersQuery } from './schemas.ts'
import type { UserService } from './service.ts'

export interface UserRoutesDeps {
  access: Access
  cursors: CursorCodec
  login: LoginService
  users: UserService
}

export async function registerUsers(
  app: Service,
  { access, cursors, users, login }: UserRoutesDeps,
): Promise<void> {
  const onRequest = access.requirePermission('users:admin')
  const common = { tags: ['users'], security: [{ bearer: [] }] }

  app.get(
    '/admin/users',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'listUsers',
        summary: 'List accounts, newest first',
        querystring: usersQuery,
        response: { 200: userPage, ...problemResponses(400, 401, 403, 429) },
      },
    },
    (request, reply) => {
      const { email } = request.query
      return readPage({
        reply,
        cursors,
        list: `users:${email ?? ''}`,
        query: request.query,
        read: (range) => users.list({ email, ...range }),
        keyOf: (row) => row.id,
        toItem,
      })
    },
  )

  const actions = [
    {
      name: 'disable',
      operationId: 'disableUser',
      summary: 'Disable an account and end its sessions',
      run: users.disable,
    },
    { name: 'enable', operationId: 'enableUser', summary: 'Enable a disabled account', run: users.enable },
    {
      name: 'revoke-sessions',
      operationId: 'endUserSessions',
      summary: 'End all sessions of an account',
      run: users.revokeSessions,
    },
  ]
  for (const { name, operationId, summary, run } of actions) {
    app.post(
      `/admin/users/:id/${name}`,
      {
        onRequest,
        schema: {
          ...common,
          operationId,
          summary,
          params: userId,
          response: {
            204: emptyBody,
            ...problemResponses(400, 401, 403, 404, 429),
            // The last administrator cannot be disabled.
            ...(name === 'disable' && problemResponses(409)),
          },
        },
      },
      async (request, reply) => {
        await run({ userId: request.params.id, actor: actorOf(request), request: requestInfo(request) })
        return reply.code(204).send()
      },
    )
  }

  app.post(
    '/admin/users/:id/unlock',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'unlockUser',
        summary: 'Clear the failed logins of an account',
        params: userId,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 404, 429, 503) },
      },
    },
    async (request, reply) => {
      const user = await users.read(request.params.id)
      await login.unlock({ user, actor: actorOf(request), request: requestInfo(request) })
      return reply.code(204).send()
    },
  )

  app.put(
    '/admin/users/:id/roles',
    {
      onRequest,
      schema: {
        ...common,
        operationId: 'setUserRoles',
        summary: 'Set the roles of an account. Its access tokens stop working at once',
        params: userId,
        body: rolesBody,
        response: { 204: emptyBody, ...problemResponses(400, 401, 403, 404, 409, 413, 415, 429) },
      },
    },
    async (request, reply) => {
      await users.setRoles({
        userId: request.params.id,
        actor: actorOf(request),
        roles: request.body.roles,
        request: requestInfo(request),
      })
      return reply.code(204).send()
    },
  )
}

/** A service account may administer too, if its scope allows it. */
function actorOf(request: FastifyRequest) {
  return { type: request.principal.kind, id: request.principal.id }
}

function toItem({ id, email, name, roles, disabledAt, passwordChangedAt, createdAt }: User) {
  return { id, email, name, roles, disabledAt, passwordChangedAt, createdAt }
}
