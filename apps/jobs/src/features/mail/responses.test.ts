import { createSealer } from '@fondasi/outbox'
import { testResponses } from '../../../test/api-description.ts'
import { useApp } from '../../../test/use-app.ts'
import { createUnsubscribeLinks } from './unsubscribe-link.ts'

const { api } = await useApp()
const links = createUnsubscribeLinks({ sealer: createSealer(Buffer.alloc(32, 8)), publicUrl: '' })
const url = links.linkFor({ tenant: 'main', address: 'sari@example.com', locale: 'en' })
const forged = '/v1/unsubscribe/forged'
const body = { headers: { 'content-type': 'text/plain' }, payload: 'x'.repeat(5_000) }

testResponses('mail', [
  ['GET /v1/unsubscribe/{token} 200', () => api.app.inject({ url })],
  ['GET /v1/unsubscribe/{token} 404 unsubscribe_link_invalid', () => api.app.inject({ url: forged })],
  ['POST /v1/unsubscribe/{token} 200', () => api.app.inject({ method: 'POST', url })],
  [
    'POST /v1/unsubscribe/{token} 404 unsubscribe_link_invalid',
    () => api.app.inject({ method: 'POST', url: forged }),
  ],
  [
    'POST /v1/unsubscribe/{token} 413 payload_too_large',
    () => api.app.inject({ method: 'POST', url, ...body }),
  ],
])
