import { defineConfig } from 'drizzle-kit'

// Only for this package's tests: an app's own migrations create the table where it is used.
export default defineConfig({ dialect: 'postgresql', schema: './src/schema.ts', out: './test/migrations' })
