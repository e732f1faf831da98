import express, { type NextFunction, type Request, type Response } from 'express'
import jwt from 'jsonwebtoken'
import { Pool } from 'pg'
import { passwordHashes } from './password-hashes.ts'

// The peer that most tutorials build: express, a bcrypt hash in PostgreSQL, an HS256 token that ends by itself.
// It has no limits, no refresh token and no revocation, and pays for none of them.
const { PORT, DATABASE_URL, SECRET = '' } = process.env
const { hash, verify } = passwordHashes.bcrypt
const pool = new Pool({ connectionString: DATABASE_URL })
await pool.query(`create table if not exists users (
  id uuid primary key default gen_random_uuid(),
  email text not null unique,
  name text not null,
  password_hash text not null
)`)

const app = express()
app.use(express.json())

app.get('/readyz', (_request, response) => {
  response.json({ status: 'ok' })
})

app.post('/register', async (request, response) => {
  const { email, name, password } = request.body
  await pool.query('insert into users (email, name, password_hash) values ($1, $2, $3)', [
    email,
    name,
    await hash(password),
  ])
  response.status(201).json({ email })
})

app.post('/login', async (request, response) => {
  const { email, password } = request.body
  const { rows } = await pool.query('select id, password_hash from users where email = $1', [email])
  const [user] = rows
  if (!user || !(await verify(user.password_hash, password))) {
    response.status(401).json({ message: 'Incorrect email or password' })
    return
  }
  response.json({ token: jwt.sign({ sub: user.id }, SECRET, { expiresIn: '15m' }) })
})

app.get('/me', requireToken, async (_request, response) => {
  const { rows } = await pool.query('select id, email, name from users where id = $1', [
    response.locals['userId'],
  ])
  response.json(rows[0])
})

function requireToken(request: Request, response: Response, next: NextFunction): void {
  try {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    response.locals['userId'] = jwt.verify(token, SECRET, { algorithms: ['HS256'] }).sub
    next()
  } catch {
    response.status(401).json({ message: 'Please authenticate' })
  }
}

const server = app.listen(Number(PORT), '127.0.0.1')
process.once('SIGTERM', () => server.close(() => void pool.end()))
