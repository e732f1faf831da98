/** The PostgreSQL and the Redis of one test run. */
export type Backend = {
  /** One line for the user: which servers were chosen, and where they come from. */
  description: string
  postgresAdminUrl: string
  redisUrl: string
  /** Removes everything that the run created. */
  stop(): Promise<void>
}
