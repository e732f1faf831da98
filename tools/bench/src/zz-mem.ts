import { setTimeout as delay } from 'node:timers/promises'
import { measureImportMemory } from './catalog/import-memory.ts'
import { fillShop, startCatalogBench } from './catalog/catalog-services.ts'
const cleanups: (() => Promise<unknown> | unknown)[] = []
try {
  const bench = await startCatalogBench({ rounds: 1, sideMs: 500 }, Number(process.argv[2] ?? 300_000), cleanups as never)
  await fillShop(bench, 2000, console.log)
  await delay(2000)
  console.log(JSON.stringify(await measureImportMemory(bench)))
  const text = await (await fetch(bench.origins.metrics)).text()
  console.log(text.split('\n').filter((l) => /^(nodejs_heap|nodejs_external|process_resident)/.test(l)).join('\n'))
  console.log(JSON.stringify(await measureImportMemory(bench)))
} finally {
  for (const c of cleanups.reverse()) await c()
}
