/** What `npm start`, the console, the benches and the docs know of a service. */
export type Service = {
  /** Also the name of its database, of its log file and on the command line. */
  name: string
  title: string
  /** From the root of the repository. */
  folder: string
  /** Wanted ports; when one is taken the next free one. */
  port: number
  adminPort: number
  /** Answers 200 when the service can serve. */
  healthPath: string
  docsPath: string
  /** One-shot programs, run in this order before `main`: each may run again and again. */
  migrate: string
  seed: string
  main: string
  /** What its own token may do at the services that it asks. One without any takes no tokens of auth's either. */
  clientScopes: readonly string[]
  /** Its settings in `npm start`, beside those that every service has (tools/local/service-env.ts). */
  settings: (context: LocalContext) => Record<string, string>
}

/** What a service's local settings are made of. */
export type LocalContext = {
  publicUrl: string
  /** 32 random bytes in base64url under this name: made once per checkout, then always the same. */
  secret: (name: string) => string
}

/** The secret's name with which a service proves to auth who it is. */
export const clientSecretName = (service: string) => `${service}-client`
/** The secret's name from which comes the key of development tokens, where auth does not run. */
export const developmentKeyName = 'development-key'

// A name, the same whichever port is free.
export const issuer = 'http://localhost:4100/auth'

/** The one list of services: a new app is a new entry. */
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
    clientScopes: [],
    settings: ({ publicUrl, secret }) => ({
      AUTH_ISSUER: issuer,
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
    clientScopes: ['events:write', 'policy:read'],
    settings: ({ publicUrl, secret }) => ({
      CURSOR_KEY: secret('catalog-cursors'),
      PUBLIC_URL: publicUrl,
    }),
  },
]
