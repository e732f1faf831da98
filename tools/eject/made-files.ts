import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { keepOwnYaml } from '../kit-diff/keep-own.ts'
import { composeFile, dockerfile, dockerignore, imageFolders } from './container-files.ts'
import { deriveLockfile } from './lockfile.ts'
import { workflowOf } from './workflow.ts'
import { type AppNeeds, readManifest } from './workspace.ts'

// Files that cannot be copied because they describe the whole kit: here they are made for one app.

export type Making = {
  root: string
  app: string
  /** The other apps of the kit. */
  others: readonly string[]
  /** The name of the new repository's package, valid for npm. */
  packageName: string
  name: string
  title: string
  needs: AppNeeds
  /** The paths of all copied files in the new repository. */
  targets: ReadonlySet<string>
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

const security = `# Security

Report a vulnerability privately: **Security → Report a vulnerability** on GitHub (a private advisory), not in an issue. Say
what an attacker can do and how to reproduce it. A failing test is the best report.

Only the newest commit of \`main\` gets fixes.
`

/** Containers that only one app uses. */
const companions: Readonly<Record<string, readonly string[]>> = { auth: ['mail'] }

/** Everything but the README, by path. The caller replaces the kit's words in the texts. */
export function makeFiles(making: Making): Map<string, string> {
  const read = (path: string) => readFileSync(join(making.root, path), 'utf8')
  const manifest = packageJson(making)
  const ci = '.github/workflows/ci.yml'
  const folders = imageFolders(read('.dockerignore'), making.targets)
  const files = new Map([
    ['package.json', json(manifest)],
    [ci, workflowOf(read(ci), Object.keys(manifest.scripts))],
    ['tsconfig.json', json(tsconfig(read('tsconfig.base.json')))],
    ['knip.json', json(knip(read('knip.jsonc'), making.needs))],
    ['pnpm-workspace.yaml', workspaceSettings(read('pnpm-workspace.yaml'), making.needs)],
    ['pnpm-lock.yaml', lockfile(read('pnpm-lock.yaml'), making.needs)],
    ['tools/services.ts', servicesModule(read('tools/services.ts'), making.app)],
    [
      'docker-compose.yml',
      keepOwnYaml(composeFile(read('docker-compose.yml'), making), making.app, [
        ...making.others,
        ...making.others.flatMap((other) => companions[other] ?? []),
      ]),
    ],
    ['SECURITY.md', security],
    ['.dockerignore', dockerignore(folders)],
    [
      'Dockerfile',
      dockerfile(read('infra/docker/Dockerfile'), { ...making, members: members(making.needs), folders }),
    ],
  ])
  for (const [name, optionalDependencies] of Object.entries(making.needs.optional)) {
    files.set(`kit/${name}/package.json`, json({ name, private: true, type: 'module', optionalDependencies }))
  }
  return files
}

function packageJson({ root, app, packageName, name, title, needs, targets }: Making) {
  const { scripts = {}, engines } = readManifest(root)
  const ofApp = Object.entries(readManifest(join(root, 'apps', app)).scripts ?? {})
  const command = (script: string) => /kit\.mjs ([\w:-]+)/.exec(script)?.[1] ?? ''
  const kept = Object.entries(scripts).filter(([, script]) =>
    targets.has(`tools/${command(script).replaceAll(':', '-')}.ts`),
  )
  return {
    name: packageName,
    private: true,
    version: '0.1.0',
    description: `${name}: ${title.toLowerCase()}`,
    license: 'MIT',
    type: 'module',
    engines,
    imports: { '#kit/*': './kit/*/src/index.ts', '#app/*': './*' },
    scripts: {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(ofApp.map(([script, line]) => [script, line.replace('../../tools/', 'tools/')])),
      'kit:diff': 'exec node tools/kit.mjs kit:diff',
    },
    dependencies: needs.dependencies,
    devDependencies: needs.devDependencies,
  }
}

function tsconfig(base: string) {
  return { ...JSON.parse(base), include: ['**/*.ts'], exclude: ['**/node_modules', '.fondasi'] }
}

function knip(text: string, needs: AppNeeds) {
  type Knip = { workspaces: Record<string, { entry?: string[]; ignoreDependencies?: string[] }> }
  const { workspaces }: Knip = JSON.parse(text.replace(/^\s*\/\/.*$/gm, ''))
  const entries = (workspace: string, folder: string) =>
    (workspaces[workspace]?.entry ?? []).map((glob) => folder + glob)
  const own = {
    entry: [
      ...entries('apps/*', ''),
      // The proofs of the kit were not copied.
      ...entries('tools', 'tools/').filter((glob) => !glob.endsWith('/proof.ts')),
      ...entries('.', ''),
      'kit/*/{src/index,drizzle.config}.ts',
    ],
    ignoreDependencies: workspaces['.']?.ignoreDependencies,
  }
  const ofMembers = members(needs).map((folder) => [folder, { entry: ['src/index.ts'] }] as const)
  return {
    $schema: './node_modules/knip/schema.json',
    // Some tools export what only another app uses.
    ignoreIssues: { 'tools/**': ['files', 'exports', 'types'] },
    workspaces: { '.': own, ...Object.fromEntries(ofMembers) },
  }
}

function workspaceSettings(text: string, needs: AppNeeds): string {
  const settings = parseDocument(text)
  settings.delete('catalog')
  settings.set('packages', members(needs))
  return settings.toString({ lineWidth: 0 })
}

/** The packages that keep their own manifest. */
function members({ optional }: AppNeeds): string[] {
  return Object.keys(optional).map((name) => `kit/${name}`)
}

function lockfile(text: string, { dependencies, devDependencies, optional }: AppNeeds): string {
  const importers = Object.entries(optional).map(
    ([name, optionalDependencies]) => [`kit/${name}`, { optionalDependencies }] as const,
  )
  return deriveLockfile(text, { '.': { dependencies, devDependencies }, ...Object.fromEntries(importers) })
}

/** The list of services with only this one, in its new folder. */
function servicesModule(text: string, app: string): string {
  const entries = text.match(/^ {2}\{\n {4}name: '[\s\S]*?^ {2}\},\n/gm) ?? []
  return entries.reduce((rest, entry) => {
    const isOwn = entry.includes(`name: '${app}'`)
    return rest.replace(entry, isOwn ? entry.replace(`'apps/${app}'`, "'.'") : '')
  }, text)
}
