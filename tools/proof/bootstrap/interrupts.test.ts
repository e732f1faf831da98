import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

/** A tool as tools/kit.mjs runs it, with a channel to its parent. */
async function startTool(work: string) {
  const folder = await mkdtemp(join(tmpdir(), 'tool-'))
  const listener = new URL('../../local/interrupts.ts', import.meta.url).href
  const file = join(folder, 'tool.mjs')
  await writeFile(
    file,
    `import { listenForInterrupts } from ${JSON.stringify(listener)}
     const interrupted = listenForInterrupts(() => process.exit(7))
     ${work}`,
  )
  const tool = fork(file, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  onTestFinished(async () => {
    tool.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })
  return tool
}

test('a tool that has finished ends, although it listens for its parent’s end', async () => {
  const tool = await startTool('process.exitCode = 3')
  expect((await once(tool, 'exit'))[0]).toBe(3)
})

test('a working tool notices that its parent has ended', async () => {
  const tool = await startTool(`
    const work = setInterval(() => {}, 1_000)
    interrupted.addEventListener('abort', () => { process.exitCode = 4; clearInterval(work) })
    process.send('at work')`)
  await once(tool, 'message')
  tool.disconnect()
  expect((await once(tool, 'exit'))[0]).toBe(4)
})
