import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'
import { Pool } from 'pg'

// better-auth as its documentation sets it up with Express and PostgreSQL, with database joins on. NODE_ENV=production
// turns its rate limiter on: 100 requests a minute for each address and path, 3 logins in 10 seconds, in memory.
const { PORT, DATABASE_URL, SECRET = '', SESSIONS } = process.env
const pool = new Pool({ connectionString: DATABASE_URL })
const auth = betterAuth({
  baseURL: `http://127.0.0.1:${PORT}`,
  secret: SECRET,
  database: pool,
  emailAndPassword: { enabled: true },
  advanced: { database: { joins: true } },
  session:
    SESSIONS === 'cached'
      ? // Its performance guide recommends this: a signed cookie answers for five minutes, revoked or not.
        { cookieCache: { enabled: true, maxAge: 5 * 60 } }
      : // Each check reads the database, so a revoked session ends at once. GET only checks; POST extends the session,
        // which it would otherwise do once a day.
        { deferSessionRefresh: true, updateAge: 0 },
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()

const app = express()
app.get('/readyz', (_request, response) => {
  response.json({ status: 'ok' })
})
app.all('/api/auth/*splat', toNodeHandler(auth))
app.get('/api/me', async (request, response) => {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) })
  response.status(session ? 200 : 401).json(session)
})
const server = app.listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => server.close(() => void pool.end()))
