import type { z } from 'zod'

interface Setting {
  name: string
  description: string
  /** The default as it would stand in the environment; undefined when the setting is required or optional without one. */
  fallback: string | undefined
  required: boolean
  secret: boolean
  /** A value for demos, refused in production. */
  demo: string | undefined
  /** It is to be random: `secretKey()` says so. */
  key: boolean
  /** An address to which secrets are sent. */
  tlsInProduction: boolean
}

/** One entry per setting of a schema, in the schema's order, from its `.meta({ description, secret, demo })`. */
export function settingsOf(schema: z.ZodObject): Setting[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    // A field's type is zod's core interface; only the classic one, which we always use, has `meta`.
    const field = type as z.ZodType
    const meta = field.meta()
    const whenUnset = field.safeParse(undefined)
    return {
      name,
      description: meta?.description ?? '',
      fallback: whenUnset.success && whenUnset.data !== undefined ? inEnvironment(whenUnset.data) : undefined,
      required: !whenUnset.success,
      secret: meta?.['secret'] === true,
      demo: typeof meta?.['demo'] === 'string' ? meta['demo'] : undefined,
      key: meta?.['key'] === true,
      tlsInProduction: meta?.['tlsInProduction'] === true,
    }
  })
}

/** The Markdown table of an app's settings, for its README. */
export function renderSettingsTable(schema: z.ZodObject): string {
  const rows = settingsOf(schema).map((setting) => {
    const fallback = setting.required ? 'required' : setting.fallback ? `\`${setting.fallback}\`` : 'not set'
    const file = setting.secret ? ` (or \`${setting.name}_FILE\`)` : ''
    return `| \`${setting.name}\`${file} | ${fallback} | ${setting.description} |`
  })
  return ['| variable | default | what it is |', '|---|---|---|', ...rows].join('\n')
}

/** The text of `.env.example`: every setting with its explanation; those with a default are commented out. */
export function renderEnvExample(schema: z.ZodObject): string {
  const blocks = settingsOf(schema).map((setting) => {
    const line = `${setting.name}=${setting.demo ?? setting.fallback ?? ''}`
    return `# ${setting.description}\n${setting.required ? line : `# ${line}`}`
  })
  return `${blocks.join('\n\n')}\n`
}

function inEnvironment(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
