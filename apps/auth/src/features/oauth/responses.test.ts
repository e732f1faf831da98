import { testResponses } from '../../../test/api-description.ts'
import { basic, grant, oauthRequests } from '../../../test/oauth-requests.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { backend, auth } = await useAuth()
const { client, post, tokenOf } = oauthRequests(backend, auth)

const wrongSecret = () => basic({ id: client().id, secret: 'wrong' })

testResponses('oauth', [
  ['POST /v1/oauth/token 200', () => post('token', grant, basic(client()))],
  [
    'POST /v1/oauth/token 400 unsupported_grant_type',
    () => post('token', { grant_type: 'password' }, basic(client())),
  ],
  ['POST /v1/oauth/token 401 invalid_client', () => post('token', grant, wrongSecret())],
  [
    'POST /v1/oauth/introspect 200',
    async () => post('introspect', { token: await tokenOf() }, basic(client())),
  ],
  ['POST /v1/oauth/introspect 400 invalid_request', () => post('introspect', {}, basic(client()))],
  ['POST /v1/oauth/introspect 401 invalid_client', () => post('introspect', { token: 'x' }, wrongSecret())],
  ['POST /v1/oauth/revoke 200', async () => post('revoke', { token: await tokenOf() }, basic(client()))],
  ['POST /v1/oauth/revoke 400 invalid_request', () => post('revoke', {}, basic(client()))],
  ['POST /v1/oauth/revoke 401 invalid_client', () => post('revoke', { token: 'x' }, wrongSecret())],
  [
    'GET /.well-known/oauth-authorization-server 200',
    () => auth.app.inject('/.well-known/oauth-authorization-server'),
  ],
])
