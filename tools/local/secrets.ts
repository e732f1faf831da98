import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { localFolder } from './paths.ts'
import { readJson, writePrivateJson } from './private-file.ts'

const file = join(localFolder, 'secrets.json')

/** 256 bits: the size of the keys that services need, and more than a password needs. */
const secretBytes = 32

/**
 * This checkout's passwords and keys. Each is generated on first use, and written to disk before it is returned: losing a
 * key that was used would make data unreadable.
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
