// npm run calibrate: proposes argon2id parameters for this machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from './local/paths.ts'

const child = spawn(process.execPath, [join(root, 'apps/auth/src/calibrate.ts')], { stdio: 'inherit' })
const [code]: (number | null)[] = await once(child, 'exit')
process.exitCode = code ?? 1
