import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { EjectRefused, eject } from '../../eject/eject.ts'
import { changesSince } from '../../kit-diff/changes.ts'
import { type KitRecord, readRecord } from '../../kit-diff/record.ts'
import { root } from '../../local/paths.ts'
import { services } from '../../services.ts'

// What eject writes. `npm run test:all -- eject` proves that it installs, starts and passes its own tests.

let parent: string

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'eject here '))
})

afterAll(() => rm(parent, { recursive: true, force: true }))

describe.each(services)('eject $name', ({ name: app }) => {
  let folder: string
  let record: KitRecord
  let paths: string[]
  const read = (path: string) => readFile(join(folder, path), 'utf8')
  const markdown = () => paths.filter((path) => path.endsWith('.md'))

  beforeAll(async () => {
    const target = join(parent, `Warung ${app}`)
    nameTheOwner()
    ;({ folder } = await eject({ root, app, target, name: "Siti's Warung" }))
    record = await readRecord(folder)
    paths = Object.keys(record.files)
    // From the store that this checkout was installed from: nothing is fetched.
    const install = ['pnpm', 'install', '--frozen-lockfile', '--prefer-offline']
    execFileSync(process.execPath, [join(folder, 'tools/kit.mjs'), ...install], { stdio: 'pipe' })
  })

  test('only the credits name the kit', async () => {
    const credits = ['README.md', 'README.id.md', 'LICENSE']
    const naming: string[] = []
    for (const path of paths.filter((path) => !credits.includes(path))) {
      if (/fondasi/i.test(path) || /fondasi/i.test(await read(path))) naming.push(path)
    }
    expect(naming).toEqual([])
    for (const readme of ['README.md', 'README.id.md']) {
      expect((await read(readme)).match(/fondasi/gi), readme).toHaveLength(1)
    }
    expect(await read('LICENSE')).toMatch(/The authors of Siti’s Warung\nCopyright .* The Fondasi authors\n/)
  })

  test.each([
    ['README.md', ['## Start', '## Try it', '## Test', '## Decisions', '## Made from', '## License']],
    [
      'README.id.md',
      ['## Menjalankan', '## Mencoba', '## Menguji', '## Keputusan', '## Asal-usul', '## Lisensi'],
    ],
  ])(
    '%s is about the product: its name, how to start and test it, its decisions, what it was made from',
    async (readme, sections) => {
      const headings = (await read(readme)).match(/^#+ .*/gm) ?? []
      expect(headings[0]).toBe('# Siti’s Warung')
      expect(headings.filter((heading) => sections.includes(heading))).toEqual(sections)
    },
  )

  test.each(['README.md', 'README.id.md'])(
    '%s is about this app: no starter kits, its own tests, its tokens',
    async (readme) => {
      const text = await read(readme)
      expect(text).not.toMatch(/starters|starter kit lain/)
      // A link to a record that was not copied has become plain text.
      expect(text).not.toMatch(/(?<!\[)ADR \d/)
      const [, feature = ''] = /npm test -- (\S+)/.exec(text) ?? []
      expect(paths.filter((path) => path.endsWith('.test.ts') && path.includes(feature))).not.toEqual([])
      expect(text.includes('(`AUTH_JWKS_URL`')).toBe(app !== 'auth')
    },
  )

  test.each(['README.md', 'README.id.md'])(
    '%s names the stack, and says whose figures it shows',
    async (readme) => {
      const text = await read(readme)
      for (const part of ['Fastify', 'Drizzle', 'PostgreSQL', 'Redis'])
        expect(text).toContain(`[${part}](https://`)
      // An app without a bench has no figures.
      const page = await readFile(join(root, 'apps', app, readme), 'utf8')
      const hasFigures = /^## (Numbers|Angka)$/m.test(page)
      expect(text.includes(`\`npm run bench -- ${app}\``)).toBe(hasFigures)
    },
  )

  test('its decision records are included and listed, those of another app and of the kit are not', async () => {
    const records = paths.filter((path) => path.startsWith('docs/adr/'))
    const numbers = records.map((path) => Number(path.slice('docs/adr/'.length).slice(0, 4)))
    const own = {
      auth: [3, 4, 5, 6, 8, 9, 10],
      catalog: [18, 19, 20, 21, 22, 23],
      jobs: [46, 47, 48, 49],
    }
    const { [app]: expected = [], ...foreign }: Record<string, number[]> = own
    expect(numbers).toEqual(expect.arrayContaining([1, 7, 11, 12, 24, ...expected]))
    const others = [...Object.values(foreign).flat(), 15, 16]
    expect(numbers.filter((number) => others.includes(number))).toEqual([])
    const text = await read('README.md')
    expect(records.filter((path) => !text.includes(`](${path})`))).toEqual([])
  })

  test('Indonesian pages are copied without the hash of the English page', async () => {
    const translated = markdown().filter((path) => path.endsWith('.id.md'))
    expect(translated).toEqual(expect.arrayContaining(['README.id.md', 'docs/runbooks/service-down.id.md']))
    for (const path of translated) expect(await read(path), path).toMatch(/^# /)
  })

  test('it is one clean commit, and kit.json has every file with its hash', async () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' })
    expect(git('status', '--porcelain')).toBe('')
    expect(git('rev-list', '--count', 'HEAD').trim()).toBe('1')
    expect(git('ls-files', '-z').split('\0').filter(Boolean).toSorted()).toEqual(
      [...paths, 'kit.json'].toSorted(),
    )
    for (const [path, { sha256, from }] of Object.entries(record.files)) {
      expect(
        createHash('sha256')
          .update(await readFile(join(folder, path)))
          .digest('hex'),
        path,
      ).toBe(sha256)
      if (from) expect(existsSync(join(root, from)), from).toBe(true)
    }
  })

  test('every relative link leads to a file', async () => {
    const broken: string[] = []
    for (const path of markdown()) {
      for (const [, link = ''] of (await read(path)).matchAll(/\]\((?!\w+:|#|\/)([^)#\s]+)/g)) {
        if (!existsSync(join(folder, dirname(path), link))) broken.push(`${path}: ${link}`)
      }
    }
    expect(broken).toEqual([])
  })

  test('it says how to report a vulnerability, and has a client of its own API only', async () => {
    expect(await read('SECURITY.md')).toContain('Report a vulnerability privately')
    const types = paths.filter((path) => path.endsWith('.d.ts'))
    expect(types).toEqual([`kit/client/src/${app}.d.ts`])
    expect((await read('kit/client/src/index.ts')).match(/from '.*\.d\.ts'/g)).toEqual([
      `from './${app}.d.ts'`,
    ])
  })

  test('every path in the compose file exists', async () => {
    const text = await read('docker-compose.yml')
    const named = [...text.matchAll(/\b(?:source: \.\/|dockerfile: |path: )([^,\s}]+)/g)].map(
      ([, path]) => path,
    )
    expect(named).toEqual(expect.arrayContaining(['kit', 'infra/gateway/Caddyfile']))
    expect(named.filter((path) => path === undefined || !existsSync(join(folder, path)))).toEqual([])
    expect(/^ {2}mail:$/m.test(text)).toBe(app === 'auth')
    expect(text).toMatch(/build: \{ ?context: \. ?\}/)
  })

  test('every command in a page exists, and every script has its tool', async () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(await read('package.json'))
    for (const path of markdown()) {
      for (const [, name = ''] of (await read(path)).matchAll(/npm run (?:--silent )?([\w:]+)/g)) {
        expect(Object.keys(scripts), `${path} names npm run ${name}`).toContain(name)
      }
    }
    for (const script of Object.values(scripts)) {
      const [, command = ''] = /kit\.mjs ([\w:]+)/.exec(script) ?? []
      const tool = `tools/${command.replaceAll(':', '-')}.ts`
      if (command !== 'pnpm') expect(paths, script).toContain(tool)
    }
  })

  test('every version is exact and locked, with the binaries of every platform that the kit has', async () => {
    const manifest: { dependencies: Record<string, string>; devDependencies: Record<string, string> } =
      JSON.parse(await read('package.json'))
    type Lock = { importers: Record<string, Record<string, object>>; packages: object; catalogs?: object }
    const lock: Lock = parse(await read('pnpm-lock.yaml'))
    const kitLock: Lock = parse(await readFile(join(root, 'pnpm-lock.yaml'), 'utf8'))
    const all = { ...manifest.dependencies, ...manifest.devDependencies }
    expect(Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+[\w.-]*$/.test(version))).toEqual([])
    expect(Object.keys(lock.importers['.']?.['dependencies'] ?? {})).toEqual(
      Object.keys(manifest.dependencies),
    )
    expect(lock.catalogs).toBeUndefined()
    const families = (from: object) =>
      Object.keys(from).filter((key) => /(linux|darwin)-(x64|arm64)/.test(key))
    const familyOf = (key: string) => key.replace(/(linux|darwin)-(x64|arm64).*/, '')
    const own = new Set(families(lock.packages).map(familyOf))
    expect(families(lock.packages)).toEqual(
      families(kitLock.packages).filter((key) => own.has(familyOf(key))),
    )
  })

  test('it type-checks', () => {
    const tsc = join(folder, 'node_modules/typescript/bin/tsc')
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  test('its checks pass: architecture, habits, migrations', () => {
    const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
    const args = [vitest, 'run', '--project=unit', 'tools/proof/checks/']
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    expect(status, `${stdout}${stderr}`).toBe(0)
  })

  test('the first commit has the owner of the machine as its author', () => {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim()
    expect(git('log', '-1', '--format=%an <%ae>')).toBe('Siti Aminah <siti@example.com>')
  })

  test('kit:diff shows what changed in the kit, as a patch that applies', async () => {
    const kit = join(parent, `kit of ${app}`)
    const git = (...args: string[]) => execFileSync('git', args, { cwd: kit, stdio: 'pipe' })
    execFileSync('git', ['clone', '--quiet', '--', root, kit])
    const commit = () =>
      git('-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '--quiet', '-am', 'x')
    await appendFile(join(kit, `apps/${app}/src/errors.ts`), "\nimport '@fondasi/config'\n")
    await appendFile(join(kit, `apps/${app}/src/app.ts`), '\n// also there\n')
    git('rm', '--quiet', `apps/${app}/src/metrics.ts`)
    commit()
    await appendFile(join(folder, 'src/app.ts'), '\n// also here\n')
    await appendFile(join(kit, `apps/${app}/src/main.ts`), '\n// not committed\n')

    const made = { ...record, madeFrom: { ...record.madeFrom, uncommitted: [] } }
    const options = { folder, kit, revision: 'HEAD' }
    const { patch, touched, gone, hasUncommitted } = await changesSince(made, options)
    expect(hasUncommitted).toBe(true)
    expect(patch).not.toContain('not committed')
    expect(patch).toMatch(/^diff --git a\/src\/errors.ts b\/src\/errors.ts\n/)
    expect(patch).toContain("+import '#kit/config'")
    expect(touched).toEqual(['src/app.ts'])
    expect(gone).toEqual(['src/metrics.ts'])
    execFileSync('git', ['apply', '--check', '-'], { cwd: folder, input: patch })
  })
})

describe('eject refuses', () => {
  const attempt = (options: { app?: string; target?: string; name?: string }) =>
    eject({ root, app: 'auth', target: join(parent, 'refused'), name: 'Refused', ...options })

  test.each([
    ['an unknown app', { app: 'nothing' }],
    ['a name with markup', { name: '<b>Bold</b>' }],
    ['a name with a quote', { name: 'A "B"' }],
    ['an empty name', { name: ' ' }],
    ['a folder inside the kit', { target: join(root, 'apps/mine') }],
    ['a folder whose name has no letters', { target: join(tmpdir(), '123') }],
  ])('%s', async (_, options) => {
    await expect(attempt(options)).rejects.toThrow(EjectRefused)
    expect(existsSync(join(parent, 'refused'))).toBe(false)
  })

  test('a folder that is not empty, and leaves its content alone', async () => {
    const target = join(parent, 'taken')
    await mkdir(target)
    await writeFile(join(target, 'mine'), 'x')
    await expect(attempt({ target })).rejects.toThrow('not empty')
    expect(await readFile(join(target, 'mine'), 'utf8')).toBe('x')
  })
})

/** The author of commits, whatever git knows on this machine. */
function nameTheOwner(): void {
  const owner = { name: 'Siti Aminah', email: 'siti@example.com' }
  vi.stubEnv('GIT_CONFIG_COUNT', '2')
  for (const [index, [key, value]] of Object.entries(owner).entries()) {
    vi.stubEnv(`GIT_CONFIG_KEY_${index}`, `user.${key}`)
    vi.stubEnv(`GIT_CONFIG_VALUE_${index}`, value)
  }
}
