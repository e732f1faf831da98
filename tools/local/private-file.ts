import { renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Writes JSON that only this user can read. The write is atomic: a reader sees the old file or the new one. */
export function writePrivateJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path)
}

/** The file's JSON, or undefined when there is no such file. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${path} is not readable or not JSON: npm run reset makes a new one`, { cause: error })
  }
}
