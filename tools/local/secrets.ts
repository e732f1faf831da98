import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { localFolder } from './paths.ts'
import { readJson, writePrivateJson } from './private-file.ts'

const file = join(localFolder, 'secrets.json')

/** 256 bits: the size of the keys that services want, and more than a password needs. */
const secretBytes = 32

/**
 * This checkout's passwords and keys: each is made when it is first asked for, and written down before anybody can
 * use it. One that was used and then lost would make data unreadable.
 */
export async function openSecrets(): Promise<{ secret: (name: string) => string }> {
  const secrets = new Map<string, string>(Object.entries((await readJson(file)) ?? {}))
  const secret = (name: string): string => {
    const known = secrets.get(name)
    if (known !== undefined) return known
    const made = randomBytes(secretBytes).toString('base64url')
    secrets.set(name, made)
    writePrivateJson(file, Object.fromEntries(secrets))
    return made
  }
  return { secret }
}
