import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { say } from './run.mjs'

// The holder touches its lock file every second. A file ten times older has lost its holder, even if a process
// with that id exists.
const touchMs = 1000
const staleAfterMs = 10_000
const retryMs = 200

/** Does the work while no other process holds the same lock file. The lock of a killed process is taken over. */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true })
  for (let tries = 0; !tryCreate(file); tries++) {
    if (tries === 5) say(`Waiting for process ${content(file)}, which is installing in this checkout`)
    if (!removeStale(file)) await new Promise((resolve) => setTimeout(resolve, retryMs))
  }
  const touch = setInterval(() => utimesSync(file, new Date(), new Date()), touchMs)
  try {
    return await work()
  } finally {
    clearInterval(touch)
    rmSync(file, { force: true })
  }
}

export function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function tryCreate(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function removeStale(file) {
  const holder = content(file)
  const deadHolder = holder !== '' && !isAlive(Number(holder))
  if (!deadHolder && ageMs(file) < staleAfterMs) return false
  // Another process may have removed the stale lock too and now hold its own. Move the file aside and check again, so that
  // only the stale one is deleted.
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return true
  }
  if (content(aside) === holder) rmSync(aside)
  else renameSync(aside, file)
  return true
}

function content(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}
