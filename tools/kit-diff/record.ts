import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What kit.json says: where a repository was made from, and how. */
export type KitRecord = {
  madeFrom: {
    kit: string
    /** Where the kit can be cloned from, when its checkout knew. */
    repository?: string
    commit: string
    /** Sources that had changes which no commit holds: their origin cannot be looked up again. */
    uncommitted: string[]
  }
  app: string
  name: string
  /** The kit's other apps then: their parts of common files stayed behind. */
  others: string[]
  /** Texts of the kit and what stands in their place here, in this order. */
  replace: Record<string, string>
  /** Every file that was written. Without `from` it was made for this repository and has no twin in the kit. */
  files: Record<string, { from?: string; sha256: string }>
}

export async function readRecord(folder: string): Promise<KitRecord> {
  // We wrote it, this type describes it.
  return JSON.parse(await readFile(join(folder, 'kit.json'), 'utf8')) as KitRecord
}
