import type { Service } from './service.ts'

/**
 * Reads an empty body with a JSON content type as a request without a body. Many clients set that type on every request.
 * Routes that need a body refuse it with a validation error, as they refuse a request without a content type.
 */
export function acceptEmptyJson(app: Service): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else void parse(request, body, done)
  })
}
