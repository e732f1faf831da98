import { testResponses } from '../../../test/api-description.ts'
import { useAuth } from '../../../test/use-auth.ts'

const { auth } = await useAuth()
const keySet = (headers = {}) => auth.app.inject({ url: '/.well-known/jwks.json', headers })

testResponses('keys', [
  ['GET /.well-known/jwks.json 200', () => keySet()],
  ['GET /.well-known/jwks.json 304', () => keySet({ 'if-none-match': '*' })],
])
