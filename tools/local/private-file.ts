import { renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

/** Writes JSON that only this user can read; a reader sees the old or the new file, never half of one. */
export function writePrivateJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path)
}

/** The file's JSON, or undefined where there is no such file. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new Error(`${path} cannot be read`, { cause: error })
  }
}
