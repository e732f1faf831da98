/** What the global setup tells every test file; `inject('testRun')` reads it. */
export type TestRun = {
  /** Part of every name that the run makes, so that runs at the same time do not meet. */
  id: string
  /** PostgreSQL, as an administrator. */
  postgresAdminUrl: string
  redisUrl: string
}

declare module 'vitest' {
  // Vitest's types are extended by merging, which only an interface does.
  interface ProvidedContext {
    testRun: TestRun
  }
}
