import { defineConfig } from 'vitest/config'

const unitTests = '**/*.unit.test.ts'
/** Tests that prove the tools, and tests of apps and packages that take long. */
const proofs = ['{apps,packages,tools}/**/*.proof.test.ts', 'tools/proof/**/*.test.ts']
/** What a real PostgreSQL and Redis take: started once per project and run. */
const withServers = {
  globalSetup: ['packages/testing/src/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
}

// `npm test` runs `unit`, which touches nothing outside its process, and `integration`, which gets a real PostgreSQL and
// Redis from @fondasi/testing. `npm run test:all` adds `proof`.
export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['{apps,packages,tools,infra}/**/*.unit.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps,packages,tools}/**/*.test.ts'],
          exclude: [unitTests, ...proofs, '**/node_modules/**'],
          ...withServers,
        },
      },
      {
        extends: true,
        test: { name: 'proof', include: proofs, exclude: [unitTests, '**/node_modules/**'], ...withServers },
      },
    ],
  },
})
