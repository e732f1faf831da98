import { expect, test } from 'vitest'
import {
  appFiles,
  breaking,
  isTest,
  packageFiles,
  type SourceFile,
  sourceFiles,
  targetOf,
} from './source-files.ts'

const files = [...appFiles(), ...packageFiles(), ...sourceFiles('tools'), ...sourceFiles('infra')]

test('there are no import cycles, type imports included', () => {
  const graph = new Map(
    files.map((file) => [file.path, file.imports.flatMap((specifier) => targetOf(file, specifier) ?? [])]),
  )
  const cycles = [...graph.keys()].flatMap((path) => cycleThrough(graph, path) ?? [])
  const advice = 'Move what both need to a file of its own, or declare the type where it is used'
  expect(cycles, advice).toEqual([])
})

test('a feature never imports app.ts', () => {
  const features = files.filter((file) => file.path.includes('/features/') && !isTest(file))
  const rule = (file: SourceFile) => file.imports.filter((specifier) => /(^|\/)app\.ts$/.test(specifier))
  const advice = 'Declare what the feature needs beside its registerX; app.ts passes it in'
  expect(breaking(features, rule), advice).toEqual([])
})

function cycleThrough(graph: Map<string, string[]>, start: string): string | undefined {
  const stack = [[start]]
  const seen = new Set<string>()
  for (let path = stack.pop(); path !== undefined; path = stack.pop()) {
    for (const next of graph.get(path.at(-1) ?? '') ?? []) {
      if (next === start) return [...path, start].join(' -> ')
      if (seen.has(next)) continue
      seen.add(next)
      stack.push([...path, next])
    }
  }
  return undefined
}
