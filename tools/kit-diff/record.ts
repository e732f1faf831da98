import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The content of kit.json: what a repository was made from, and how. */
export type KitRecord = {
  madeFrom: {
    kit: string
    /** The address to clone the kit from, if its checkout had one. */
    repository?: string
    commit: string
    /** Files with uncommitted changes: git cannot show what they were. */
    uncommitted: string[]
  }
  app: string
  name: string
  /** The kit's other apps at that time: their parts of shared files were removed. */
  others: string[]
  /** Texts of the kit and their replacements, in the order in which they are applied. */
  replace: Record<string, string>
  /** Every file that was written. One without `from` was made for this repository and is not in the kit. */
  files: Record<string, { from?: string; sha256: string }>
}

export async function readRecord(folder: string): Promise<KitRecord> {
  // Eject wrote it with this type.
  return JSON.parse(await readFile(join(folder, 'kit.json'), 'utf8')) as KitRecord
}
