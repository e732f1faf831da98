import { Webhook } from 'standardwebhooks'
import { testResponses } from '../../../test/api-description.ts'
import { useApp } from '../../../test/use-app.ts'

const secret = `whsec_${Buffer.alloc(24, 9).toString('base64')}`
const { api } = await useApp({ INBOX_STANDARD_SECRET: secret })

function send(payload: string, source = 'standard', headers: Record<string, string> = {}) {
  const at = new Date()
  return api.app.inject({
    method: 'POST',
    url: `/v1/inbox/${source}`,
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, payload),
      ...headers,
    },
    payload,
  })
}
const event = '{"type":"order.paid"}'
async function sendTwice() {
  await send(event)
  return send(event)
}

testResponses('inbox', [
  ['POST /v1/inbox/{source} 200', sendTwice],
  ['POST /v1/inbox/{source} 202', () => send(event)],
  ['POST /v1/inbox/{source} 400 malformed_body', () => send('[]')],
  ['POST /v1/inbox/{source} 401 invalid_signature', () => send(event, 'standard', { 'webhook-id': 'msg_2' })],
  ['POST /v1/inbox/{source} 404 inbox_source_not_found', () => send(event, 'other')],
  ['POST /v1/inbox/{source} 413 payload_too_large', () => send('x'.repeat(300_000))],
  [
    'POST /v1/inbox/{source} 415 unsupported_media_type',
    () => send(event, 'standard', { 'content-type': 'text/plain' }),
  ],
  ['POST /v1/inbox/{source} 422 invalid_payload', () => send('{"type":"\\u0000"}')],
])
