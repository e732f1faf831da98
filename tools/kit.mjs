// Every npm script calls this: `node tools/kit.mjs <command> [args]`. It prepares a machine that has only Node and npm to
// run tools/<command>.ts: it fetches a Node that runs TypeScript, the pinned pnpm and the dependencies. Like all of
// tools/kit/ it is plain JavaScript for Node 20 and newer without dependencies, because it runs before any are installed.
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installDependencies } from './kit/dependencies.mjs'
import { environment } from './kit/environment.mjs'
import { withLock } from './kit/lock.mjs'
import { pnpmCommand, suitableNode } from './kit/pinned-packages.mjs'
import { Refusal, run, say } from './kit/run.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

try {
  const [command = '', ...args] = process.argv.slice(2)
  const tool = join(root, 'tools', toolOf(command))
  if (command !== 'pnpm' && !existsSync(tool)) {
    throw new Refusal(`There is no command "${command}". npm run help lists the commands.`)
  }

  const env = environment(root)
  const pnpm = await withLock(join(root, '.fondasi', 'prepare.lock'), async () => {
    const node = await suitableNode(env)
    const found = await pnpmCommand(env)
    // Not earlier: npm finds its machine-wide settings (proxy, registry, CA) next to the Node that it was installed with.
    env.PATH = [node, env.PATH].filter(Boolean).join(delimiter)
    if (command !== 'pnpm') await installDependencies(root, found, env)
    return found
  })
  const start = command === 'pnpm' ? pnpm : ['node', tool]
  process.exitCode = await run([...start, ...args], env, root)
} catch (error) {
  say(error instanceof Refusal ? error.message : error.stack)
  process.exitCode = 1
}

/** A file name cannot have a colon everywhere: `npm run test:all` runs tools/test-all.ts. */
function toolOf(command) {
  return `${command.replaceAll(':', '-')}.ts`
}
