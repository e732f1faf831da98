/** What the global setup provides to every test file, which reads it with `inject('testRun')`. */
export type TestRun = {
  /** Part of every name that the run creates, so that simultaneous runs do not collide. */
  id: string
  /** Logs in to PostgreSQL as an administrator. */
  postgresAdminUrl: string
  redisUrl: string
}

declare module 'vitest' {
  // Declaration merging extends Vitest's types, and only an interface merges.
  interface ProvidedContext {
    testRun: TestRun
  }
}
