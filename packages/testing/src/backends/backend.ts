/** A PostgreSQL and a Redis for one test run. */
export type Backend = {
  /** One line for a human: what was taken, and from where. */
  description: string
  postgresAdminUrl: string
  redisUrl: string
  /** Leaves nothing of the run behind. */
  stop(): Promise<void>
}
