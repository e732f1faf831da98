/** What the tools, such as `npm start`, know about a service. */
export type Service = {
  /** Also the name of its database and its log file, and its name on the command line. */
  name: string
  title: string
  /** From the root of the repository. */
  folder: string
  /** Preferred ports: if one is taken, the next free one is used. */
  port: number
  adminPort: number
  /** Returns 200 when the service is ready. */
  healthPath: string
  docsPath: string
  /** The one-shot programs that migrate and seed, and the service itself. A one-shot can run repeatedly. */
  migrate: string
  seed: string
  main: string
  /** Its other processes, such as one that works on a queue. */
  workers: readonly Worker[]
  /** The scopes of its own token at the services that it calls. A service without any accepts no tokens of auth either. */
  clientScopes: readonly string[]
  /** Its settings in `npm start`, in addition to those of every service (tools/local/service-env.ts). */
  settings: (context: LocalContext) => Record<string, string>
}

/** A process of a service without a public port. It has the service's settings, and runs beside its main process. */
export type Worker = {
  /** The service's name, a hyphen and what it does. Also the name of its container and its log file. */
  name: string
  main: string
  /**
   * Preferred port of its `/metrics`, and of its `/readyz`, which returns 200 when it is ready. The worker reads it from
   * `WORKER_ADMIN_PORT`, so that it can share its service's settings.
   */
  adminPort: number
}

/** What a service's local settings derive from. */
export type LocalContext = {
  publicUrl: string
  /** Undefined for a service that does not run here. */
  urlOf: (service: string) => string | undefined
  /** 32 random bytes in base64url for this name, generated once per checkout. */
  secret: (name: string) => string
}

/** The name of the secret with which a service authenticates to auth. */
export const clientSecretName = (service: string) => `${service}-client`
/** The name of the secret that the key of development tokens derives from, where auth does not run. */
export const developmentKeyName = 'development-key'

/** The issuer of development tokens, where auth does not run. It is only a name: nothing listens there. */
export const developmentIssuer = 'http://localhost:4100/auth'

/** The one list of services. A new app is a new entry. */
export const services: readonly Service[] = [
  {
    name: 'auth',
    title: 'Accounts, tokens, rate limiting',
    folder: 'apps/auth',
    port: 4101,
    adminPort: 4201,
    healthPath: '/readyz',
    docsPath: '/docs',
    migrate: 'src/migrate.ts',
    seed: 'src/seed.ts',
    main: 'src/main.ts',
    workers: [],
    clientScopes: [],
    settings: ({ publicUrl, secret }) => ({
      // OAuth clients look for the metadata below the issuer, so it must be where auth is served.
      AUTH_ISSUER: publicUrl,
      AUTH_MASTER_KEY: secret('AUTH_MASTER_KEY'),
      PUBLIC_URL: publicUrl,
    }),
  },
  {
    name: 'catalog',
    title: 'Products, search, filters, facets',
    folder: 'apps/catalog',
    port: 4102,
    adminPort: 4202,
    healthPath: '/readyz',
    docsPath: '/docs',
    migrate: 'src/migrate.ts',
    seed: 'src/seed.ts',
    main: 'src/main.ts',
    workers: [],
    clientScopes: ['events:write', 'policy:read'],
    settings: ({ publicUrl, secret }) => ({
      CURSOR_KEY: secret('catalog-cursors'),
      PUBLIC_URL: publicUrl,
    }),
  },
  {
    name: 'jobs',
    title: 'Mail, webhooks and heavy work in a queue',
    folder: 'apps/jobs',
    port: 4103,
    adminPort: 4203,
    healthPath: '/readyz',
    docsPath: '/docs',
    migrate: 'src/migrate.ts',
    seed: 'src/seed.ts',
    main: 'src/main.ts',
    workers: [{ name: 'jobs-worker', main: 'src/worker.ts', adminPort: 4213 }],
    clientScopes: ['events:write', 'policy:read', 'products:export'],
    settings: ({ publicUrl, urlOf, secret }) => {
      const catalog = urlOf('catalog')
      return {
        CURSOR_KEY: secret('jobs-cursors'),
        JOB_SECRET_KEY: secret('JOB_SECRET_KEY'),
        PUBLIC_URL: publicUrl,
        // For reports on products.
        ...(catalog !== undefined && { CATALOG_URL: catalog }),
      }
    },
  },
]

/** Every long-running process of the kit: each service's main one and its workers. */
export const processes = services.flatMap((service): { name: string; main: string; adminPort: number }[] => [
  service,
  ...service.workers,
])
