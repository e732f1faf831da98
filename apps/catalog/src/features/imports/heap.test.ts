import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

// 30 MB stay alive while 400 MB come and go. What it has come to at most is looked at in the second half: the first
// times V8 cleans by limits that it had from the start.
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

test('heap: 400 MB of text that is no JSON are cleaned away before they come to 200', () => {
  const heap = new URL('heap.ts', import.meta.url).href
  // A process of its own with a small young generation: only what outlives that is looked at. Its one thread cleans, too:
  // helpers of V8's come late on a busy machine, and the heap grows until they do.
  const flags = ['--max-semi-space-size=1', '--single-threaded-gc', '--input-type=module']
  const output = execFileSync(process.execPath, [...flags, '-e', program, heap], { encoding: 'utf8' })
  expect(Number(output.split(' ')[0])).toBeLessThan(200_000_000)
})
