import swagger from '@fastify/swagger'
import reference from '@scalar/fastify-api-reference'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { Service } from './service.ts'

/** What the API's document and its reference say about the service. */
export interface ApiDocument {
  /** The heading of the reference. */
  title: string
  description: string
  version: string
  /** Where clients reach the service, without a slash at the end. */
  publicUrl: string
}

/** OpenAPI 3.1 from the routes' own schemas at `/openapi.json`, and a reference to read and try it at `/docs`. */
export async function registerOpenApi(app: Service, options: ApiDocument): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: options.title, description: options.description, version: options.version },
      servers: [{ url: options.publicUrl }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })

  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()))

  await app.register(async (docs) => {
    // The reference is a page with scripts and styles of its own; the API's policy of "nothing at all" would blank it.
    docs.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', referencePolicy)
    })
    await docs.register(reference, {
      routePrefix: '/docs',
      // Without the parts that would call the reference's makers.
      configuration: {
        url: `${new URL(options.publicUrl).pathname.replace(/\/$/, '')}/openapi.json`,
        withDefaultFonts: false,
        telemetry: false,
        showDeveloperTools: 'never',
        hideClientButton: true,
        mcp: { disabled: true },
        agent: { disabled: true },
      },
    })
  })
}

const referencePolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
].join('; ')
