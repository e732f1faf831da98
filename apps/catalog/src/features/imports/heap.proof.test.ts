import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

// 30 MB stay alive while 400 MB become garbage. The test takes the maximum of the second half: V8's first garbage
// collections still use the limits from the start of the process.
const program = `
  const { cleanHeapEarly } = await import(process.argv[1])
  cleanHeapEarly()
  const alive = Array.from({ length: 300_000 }, (_, index) => ({ index }))
  const text = 'x'.repeat(20_000)
  let most = 0
  for (let index = 0; index < 20_000; index += 1) {
    try {
      JSON.parse(Buffer.from('{"text":"' + text + index).toString())
    } catch {}
    if (index % 50 > 0) continue
    if (index > 10_000) most = Math.max(most, process.memoryUsage().heapUsed)
    await new Promise(setImmediate)
  }
  console.log(most, alive.length)`

test('heap: of 400 MB of text that is not JSON, never 200 MB are in memory', () => {
  const heap = new URL('heap.ts', import.meta.url).href
  // A separate process with a small young generation, so that the old one decides the result. A single thread collects
  // the garbage: on a busy machine, V8's helper threads start late, and the heap grows until they do.
  const flags = ['--max-semi-space-size=1', '--single-threaded-gc', '--input-type=module']
  const output = execFileSync(process.execPath, [...flags, '-e', program, heap], { encoding: 'utf8' })
  expect(Number(output.split(' ')[0])).toBeLessThan(200_000_000)
})
