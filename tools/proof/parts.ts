import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What `npm run test:all -- <part>` runs: each part is a folder with a proof.ts. An ejected repository has none. */
export const parts = globSync('*/proof.ts', { cwd: import.meta.dirname })
  .map(dirname)
  .toSorted()

/** @param args what follows the part's name on the command line @throws Error when it fails */
export async function runPart(part: string, args: readonly string[]): Promise<void> {
  // A part exports this function: TypeScript cannot see through a computed path.
  const { prove } = (await import(join(import.meta.dirname, part, 'proof.ts'))) as {
    prove: (args: readonly string[]) => Promise<void>
  }
  await prove(args)
}
