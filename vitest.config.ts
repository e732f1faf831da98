import { defineConfig } from 'vitest/config'

const unitTests = '**/*.unit.test.ts'
/** Tests that prove the tools, and tests of apps and packages that take long. */
const proofs = ['{apps,packages,tools}/**/*.proof.test.ts', 'tools/proof/**/*.test.ts']
// A limit ends a test that hangs. It says nothing about speed: a busy machine is twenty times slower than an idle one.
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 }
/** A proof starts whole stacks, installs packages, compiles. */
const proofTimeouts = { testTimeout: 900_000, hookTimeout: 900_000 }
/** A real PostgreSQL and Redis, started once per project and run. */
const globalSetup = ['packages/testing/src/global-setup.ts']

// `npm test` runs `unit`, which touches nothing outside its process, and `integration`, which gets a real PostgreSQL and
// Redis from @fondasi/testing. `npm run test:all` adds `proof`.
export default defineConfig({
  test: {
    // Test files share the modules of their worker: loading them anew for each file took two thirds of the time. A test
    // leaves nothing behind in a module, and what it stubs is restored.
    isolate: false,
    // Tests wait for PostgreSQL, Redis and each other's processes, so a worker per core is not too many.
    maxWorkers: '100%',
    unstubEnvs: true,
    coverage: {
      provider: 'v8',
      include: ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{apps,packages,tools,infra}/**/*.unit.test.ts'], ...timeouts },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps,packages,tools}/**/*.test.ts'],
          exclude: [unitTests, ...proofs, '**/node_modules/**'],
          globalSetup,
          ...timeouts,
        },
      },
      {
        extends: true,
        test: {
          name: 'proof',
          include: proofs,
          exclude: [unitTests, '**/node_modules/**'],
          globalSetup,
          ...proofTimeouts,
        },
      },
    ],
  },
})
