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
  /** Its settings in `npm start`, beside those that every service has (tools/local/service-env.ts). */
  settings: (context: LocalContext) => Record<string, string>
}

/** What a service's local settings are made of. */
export type LocalContext = {
  publicUrl: string
  /** 32 random bytes in base64url under this name: made once per checkout, then always the same. */
  secret: (name: string) => string
}

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
    settings: ({ publicUrl, secret }) => ({
      // A name, the same whichever port is free.
      AUTH_ISSUER: 'http://localhost:4100/auth',
      AUTH_MASTER_KEY: secret('AUTH_MASTER_KEY'),
      PUBLIC_URL: publicUrl,
    }),
  },
]
