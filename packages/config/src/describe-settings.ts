import type { z } from 'zod'

interface Setting {
  name: string
  description: string
  /** The default as environment text; undefined when the setting has none. */
  fallback: string | undefined
  required: boolean
  secret: boolean
  /** A value for demos, which production refuses. */
  demo: string | undefined
  /** Made by `secretKey()`: the value must be random. */
  key: boolean
  /** An address that receives secrets. */
  tlsInProduction: boolean
}

/** Describes each setting of a schema, in its order, from the `.meta({ description, secret, demo })` of its type. */
export function settingsOf(schema: z.ZodObject): Setting[] {
  return Object.entries(schema.shape).map(([name, type]) => {
    // The shape is typed with zod's core interface. Our fields are always of the classic one, which has `meta`.
    const field = type as z.ZodType
    const meta = field.meta()
    const whenUnset = field.safeParse(undefined)
    return {
      name,
      description: meta?.description ?? '',
      fallback:
        whenUnset.success && whenUnset.data !== undefined ? asEnvironmentText(whenUnset.data) : undefined,
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
  return ['| variable | default | description |', '|---|---|---|', ...rows].join('\n')
}

/** The text of `.env.example`: every setting with its description. Settings that are not required are commented out. */
export function renderEnvExample(schema: z.ZodObject): string {
  const blocks = settingsOf(schema).map((setting) => {
    const line = `${setting.name}=${setting.demo ?? setting.fallback ?? ''}`
    return `# ${setting.description}\n${setting.required ? line : `# ${line}`}`
  })
  return `${blocks.join('\n\n')}\n`
}

function asEnvironmentText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
