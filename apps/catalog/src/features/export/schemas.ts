import { z } from 'zod'

export const exportQuery = z.strictObject({
  format: z.enum(['ndjson', 'csv']).optional().meta({
    description: 'Default: `csv` when `Accept` contains `text/csv`, otherwise `ndjson`',
  }),
})
