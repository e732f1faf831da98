import { serviceProblem } from '@fondasi/service'
import type { z } from 'zod'

/** Patches the stored fields and checks the result. @throws `validation_failed` */
export function applyPatch<Schema extends z.ZodType>(
  schema: Schema,
  stored: z.output<Schema>,
  patch: object,
): z.output<Schema> {
  const { data, error } = schema.safeParse(mergePatch(stored, patch))
  if (error === undefined) return data
  const errors = error.issues.map(({ path, code, message }) => ({
    pointer: `/body/${path.join('/')}`,
    code,
    detail: message,
  }))
  throw serviceProblem('validation_failed', { detail: 'The patched resource is invalid', errors })
}

/** JSON Merge Patch (RFC 7396): objects merge, null removes, everything else replaces. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key)
    else merged.set(key, mergePatch(merged.get(key), value))
  }
  return Object.fromEntries(merged)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
