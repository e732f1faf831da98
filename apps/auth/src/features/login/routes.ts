import { problemResponses, type Service } from '@fondasi/service'
import { disconnectSignal } from '../credentials/disconnect-signal.ts'
import { requestInfo } from '../events/request-info.ts'
import { requireSameOrigin } from '../sessions/same-origin.ts'
import { tokens } from '../sessions/schemas.ts'
import { type TokenResponseDeps, tokenResponse } from '../sessions/token-response.ts'
import type { DeviceCookies } from './device-cookie.ts'
import { loginBody } from './schemas.ts'
import type { LoginService } from './service.ts'

export interface LoginRoutesDeps extends TokenResponseDeps {
  login: LoginService
  devices: DeviceCookies
}

export async function registerLogin(app: Service, deps: LoginRoutesDeps): Promise<void> {
  const { config, login, devices } = deps

  app.post(
    '/login',
    {
      onRequest: requireSameOrigin(config),
      schema: {
        tags: ['login'],
        operationId: 'login',
        summary: 'Sign in with e-mail address and password',
        description:
          'After too many wrong passwords, unknown devices get 429 with `Retry-After`, even with the right password. A device that has signed in before has a cookie with a limit of its own, so nobody can lock the owner out.',
        body: loginBody,
        response: { 200: tokens, ...problemResponses(400, 401, 403, 413, 415, 429, 503) },
      },
    },
    async (request, reply) => {
      const { email, password, transport } = request.body
      const signedIn = await login.signIn({
        email,
        password,
        transport,
        device: devices.read(request, email),
        request: requestInfo(request),
        signal: disconnectSignal(reply),
      })
      devices.issue(reply, email)
      return tokenResponse(reply, deps, signedIn)
    },
  )
}
