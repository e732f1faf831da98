import { expect, test } from 'vitest'
import { createHeavyKinds } from './heavy-kinds.ts'

test('as many heavy jobs run at once as there are child processes: none waits for one while its deadline runs', async () => {
  const { kinds, close } = createHeavyKinds({ size: 3 })
  expect(kinds.map(({ queue, concurrency }) => [queue, concurrency])).toEqual([
    ['images', 3],
    ['reports', 3],
  ])
  await close()
})
