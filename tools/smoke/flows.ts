import { authFlow } from './auth.ts'
import type { Flow } from './flow.ts'

/** By the name of the service. A test requires one for each. */
export const flows: Readonly<Record<string, Flow>> = { auth: authFlow }
