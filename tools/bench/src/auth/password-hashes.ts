import * as argon2 from '@node-rs/argon2'
import bcrypt from 'bcrypt'
import { hashPassword, verifyPassword } from 'better-auth/crypto'

interface PasswordHash {
  hash(password: string): Promise<string>
  verify(hash: string, password: string): Promise<boolean>
}

/** As the service does it by default (OWASP's minimum). */
const argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** As the README of bcrypt shows it. */
const bcryptRounds = 10

/** How the service and its peers hash passwords. better-auth has its own parameters for scrypt. */
export const passwordHashes = {
  argon2id: {
    hash: (password) => argon2.hash(password, argon2Parameters),
    verify: (hash, password) => argon2.verify(hash, password),
  },
  scrypt: {
    hash: hashPassword,
    verify: (hash, password) => verifyPassword({ hash, password }),
  },
  bcrypt: {
    hash: (password) => bcrypt.hash(password, bcryptRounds),
    verify: (hash, password) => bcrypt.compare(password, hash),
  },
} satisfies Record<string, PasswordHash>

export type HashName = keyof typeof passwordHashes
