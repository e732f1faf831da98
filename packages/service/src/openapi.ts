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

/** Follows the description of every service. It must be true in production too, hence the "if". */
const howToGetAToken = `Some operations need an access token: paste it under **Authentication**.

If you run the services with \`npm start\`, \`npm run token\` prints a token of an administrator, and
\`npm run token -- --role viewer\` one with fewer rights. With auth, \`npm start\` also prints the demo accounts.`

/** OpenAPI 3.1 from the routes' own schemas at `/openapi.json`, and a reference to read and try it at `/docs`. */
export async function registerOpenApi(app: Service, options: ApiDocument): Promise<void> {
  const { title, version, publicUrl } = options
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title, description: `${options.description}\n\n${howToGetAToken}`, version },
      servers: [{ url: publicUrl }],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: (made) => {
      const document = describeAnyJson(jsonSchemaTransformObject(made))
      deselectOptionalParameters(document)
      dropUnusedSchemas(document)
      return document
    },
  })

  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => reply.send(app.swagger()))

  // A person who opens the service's address in a browser lands on its reference.
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs/'))

  await app.register(async (docs) => {
    // The reference is a page with its own scripts and styles, which the API's policy of "nothing at all" would block.
    docs.addHook('onSend', async (_request, reply) => {
      reply.header('content-security-policy', referencePolicy)
    })
    docs.get('/docs/favicon.svg', { schema: { hide: true } }, (_request, reply) =>
      reply.type('image/svg+xml').header('cache-control', 'public, max-age=86400').send(favicon(title)),
    )
    await docs.register(reference, {
      routePrefix: '/docs',
      configuration: {
        pageTitle: `${title} API`,
        favicon: 'favicon.svg',
        url: `${new URL(publicUrl).pathname.replace(/\/$/, '')}/openapi.json`,
        authentication: { preferredSecurityScheme: 'bearer' },
        // Without the parts that would contact Scalar's servers.
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

/**
 * The reference sends every parameter that has an example or a default. A search with all example filters at once finds
 * nothing, so optional parameters show theirs without being selected: `x-disabled` is Scalar's mark for that.
 */
function deselectOptionalParameters(document: ReturnType<typeof jsonSchemaTransformObject>): void {
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.get, path?.post, path?.put, path?.patch, path?.delete]) {
      for (const parameter of operation?.parameters ?? []) {
        if (!('schema' in parameter) || parameter.required) continue
        const example = { value: parameter.schema.example ?? parameter.schema.default, 'x-disabled': true }
        if (example.value !== undefined) parameter.examples = { default: example }
      }
    }
  }
}

/** What the transform makes of `z.json()`: a reference to a schema that refers to itself, and that it then leaves out. */
const anyJson = /^#\/components\/schemas\/(__shared#\/\$defs\/)?schema\d+$/

/** Describes any JSON as the empty schema, which any JSON matches. */
function describeAnyJson<Document extends object>(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (key, value) =>
    key === '$ref' && anyJson.test(value) ? undefined : value,
  )
}

/**
 * Keeps the schemas that routes refer to, sorted by name. Zod collects all named schemas of the process, in the order in
 * which modules are loaded. In tests that includes the schemas of other apps.
 */
function dropUnusedSchemas(document: ReturnType<typeof jsonSchemaTransformObject>): void {
  const components = 'components' in document ? document.components : undefined
  if (components?.schemas === undefined) return
  const all = components.schemas
  const used = new Set<string>()
  const collect = (part: object) => {
    for (const [, name = ''] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue
      used.add(name)
      collect(all[name] ?? {})
    }
  }
  collect(document.paths ?? {})
  components.schemas = Object.fromEntries(
    Object.entries(all)
      .filter(([name]) => used.has(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** The service's initial on a colour of its own, to tell the tabs of several services apart. */
function favicon(title: string): string {
  const sum = Array.from(title).reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0)
  // Without the factor, sums that differ by little would give colours that differ by little.
  const hue = (sum * 47) % 360
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="hsl(${hue} 60% 35%)"/><text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-size="20" font-weight="bold" fill="#fff">${title.slice(0, 1)}</text></svg>`
}

const referencePolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
].join('; ')
