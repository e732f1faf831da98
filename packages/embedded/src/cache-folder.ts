import { access, constants, mkdir } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The folder for files that can be recreated: copies of server binaries. It is FONDASI_CACHE if that is set,
 * otherwise `fondasi` in the user's cache folder (XDG Base Directory Specification).
 * @throws Error when the folder is not writable
 */
export async function cacheFolder(): Promise<string> {
  const { FONDASI_CACHE, XDG_CACHE_HOME } = process.env
  const folder = FONDASI_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'fondasi')
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK | constants.X_OK)
    return folder
  } catch (cause) {
    throw new Error(`cannot write to ${folder}; set FONDASI_CACHE to a folder that you can write to`, {
      cause,
    })
  }
}
