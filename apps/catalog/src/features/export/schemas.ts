import { z } from 'zod'

export const exportQuery = z.strictObject({
  format: z.enum(['ndjson', 'csv']).optional().meta({
    description: 'By default what Accept asks for: text/csv, else application/x-ndjson',
  }),
})
