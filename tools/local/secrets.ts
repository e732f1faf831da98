import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { localFolder } from './paths.ts'
import { readJson, writePrivateJson } from './private-file.ts'

const file = join(localFolder, 'secrets.json')

/** 256 bits: the size of the keys that services want, and more than a password needs. */
const secretBytes = 32

/** This checkout's passwords and keys: each is made when it is first asked for, and kept by `save`. */
export async function openSecrets() {
  const secrets = new Map<string, string>(Object.entries((await readJson(file)) ?? {}))
  const secret = (name: string): string => {
    const known = secrets.get(name)
    if (known !== undefined) return known
    const made = randomBytes(secretBytes).toString('base64url')
    secrets.set(name, made)
    return made
  }
  return {
    secret,
    save: () => writePrivateJson(file, Object.fromEntries(secrets)),
  }
}
