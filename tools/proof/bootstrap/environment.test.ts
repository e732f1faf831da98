import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

let root: string
let home: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kit root '))
  home = await mkdtemp(join(tmpdir(), 'kit home '))
})

afterEach(async () => {
  await rm(root, { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
})

test('environment: downloads go to the user’s cache', () => {
  const cache = join(home, '.cache', 'fondasi')
  expect(environment({ HOME: home })).toEqual({
    HOME: home,
    FONDASI_CACHE: cache,
    NODE_COMPILE_CACHE: join(cache, 'compiled'),
  })
})

test('environment: XDG_CACHE_HOME sets the cache folder', () => {
  const { FONDASI_CACHE } = environment({ HOME: home, XDG_CACHE_HOME: join(home, 'xdg') })
  expect(FONDASI_CACHE).toBe(join(home, 'xdg', 'fondasi'))
})

test('environment: without a writable home, everything stays inside the checkout', () => {
  const own = join(root, '.fondasi', 'cache')
  const npmCache = '/dev/null/.npm' // as npm sets it
  expect(environment({ HOME: '/dev/null', npm_config_cache: npmCache })).toEqual({
    HOME: own,
    FONDASI_CACHE: own,
    NODE_COMPILE_CACHE: join(own, 'compiled'),
    npm_config_cache: join(own, '.npm'),
  })
})

function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const script = `
    import { environment } from ${JSON.stringify(new URL('../../kit/environment.mjs', import.meta.url).href)}
    console.log(JSON.stringify(environment(process.argv[1])))`
  const args = ['--input-type=module', '--eval', script, root]
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8' }))
}
